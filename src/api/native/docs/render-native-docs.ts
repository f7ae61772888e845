/** The text of docs/native-api.md, made of the schemas that the API itself works with. */
import { z } from 'zod';
import { NATIVE_METHODS, type MethodName } from '../schema/all.js';
import { NATIVE_ERRORS } from '../schema/errors.js';
import { EVENT_DATA } from '../schema/events.js';
import { INTRODUCTION } from './introduction.js';
import { typeText, type JsonSchema } from './type-text.js';

/** Every schema that has a name, once, beside the places that refer to it. */
interface Rendered {
  readonly schema: JsonSchema;
  readonly named: Readonly<Record<string, JsonSchema>>;
}

export function renderNativeDocs(): string {
  const named = new Map<string, JsonSchema>();
  const schemaOf = (type: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const rendered = jsonSchema(type, io);
    for (const [name, schema] of Object.entries(rendered.named)) named.set(name, schema);
    return rendered.schema;
  };
  const methods = (Object.keys(NATIVE_METHODS) as MethodName[]).map((name) => {
    const { summary, params, result, errors } = NATIVE_METHODS[name];
    const lines = [`### ${name}\n`, `${summary}\n`];
    const parameters = fieldTable('parameter', schemaOf(params, 'input'));
    if (parameters !== '') lines.push(parameters);
    lines.push(resultText(schemaOf(result, 'output')));
    if (errors.length > 0) lines.push(`Errors: ${errors.map(code).join(', ')}.\n`);
    return lines.join('\n');
  });
  const events = Object.entries(EVENT_DATA).map(
    ([name, data]) =>
      `### ${name}\n\n${data.description ?? ''}\n\n${fieldTable('field', schemaOf(data, 'output'))}`,
  );
  const records = [...named]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `### ${name}\n\n${fieldTable('field', schema)}`);
  return [
    INTRODUCTION,
    '## Methods\n',
    ...methods,
    '## Records\n',
    ...records,
    '## Events\n',
    ...events,
    '## Errors\n',
    errorTable(),
  ].join('\n');
}

function jsonSchema(type: z.ZodType, io: 'input' | 'output'): Rendered {
  const { $defs = {}, ...schema } = z.toJSONSchema(type, { io }) as JsonSchema;
  return { schema, named: $defs };
}

function fieldTable(title: string, { properties = {}, required = [] }: JsonSchema): string {
  const rows = Object.entries(properties).map(([name, field]) => {
    const shown = required.includes(name) ? code(name) : `${code(name)}?`;
    return `| ${shown} | ${cell(code(typeText(field)))} | ${cell(meaning(field))} |`;
  });
  if (rows.length === 0) return '';
  return `| ${title} | type | |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

function resultText(schema: JsonSchema): string {
  const isRecord = schema.$ref !== undefined;
  const table = isRecord ? '' : fieldTable('result', schema);
  return table === '' ? `Result: ${code(typeText(schema))}\n` : table;
}

function meaning(field: JsonSchema): string {
  const parts = [field.description ?? ''];
  const empty = Array.isArray(field.default) && field.default.length === 0;
  if (field.default !== undefined && !empty)
    parts.push(`default ${code(JSON.stringify(field.default))}`);
  if (
    field.type === 'integer' &&
    field.maximum !== undefined &&
    field.maximum < Number.MAX_SAFE_INTEGER
  )
    parts.push(`${field.minimum ?? ''} to ${field.maximum}`);
  return parts.filter((part) => part !== '').join('; ');
}

function errorTable(): string {
  const rows = Object.entries(NATIVE_ERRORS).map(
    ([name, { number, meaning: text }]) => `| ${number} | ${code(name)} | ${text} |`,
  );
  return `| number | \`data.code\` | |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
