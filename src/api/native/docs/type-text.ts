/** JSON Schema as short text for people, in TypeScript's notation. */

/** The part of JSON Schema that zod's schemas become. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

export function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace(/^.*\//, '');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' | ');
  if (schema.type === 'array') return arrayText(schema.items ?? {});
  if (schema.type === 'object') return objectText(schema);
  return schema.type ?? 'unknown';
}

function arrayText(items: JsonSchema): string {
  const text = typeText(items);
  return text.includes('|') ? `(${text})[]` : `${text}[]`;
}

function objectText({ properties, required = [], additionalProperties }: JsonSchema): string {
  if (properties && Object.keys(properties).length > 0) {
    const fields = Object.entries(properties).map(
      ([name, field]) => `${name}${required.includes(name) ? '' : '?'}: ${typeText(field)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  const rest = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  return rest ? `Record<string, ${typeText(rest)}>` : '{}';
}
