/** This API as an OpenRPC document, made of its schemas. [spec.open-rpc.org 1.3.2] */
import { z } from 'zod';
import { SOFTWARE_VERSION } from '../../util/software.js';
import { NATIVE_METHODS, type MethodName } from './schema/all.js';
import { NATIVE_ERRORS, type NativeErrorCode } from './schema/errors.js';

type Json = Record<string, unknown>;

const OPENRPC_VERSION = '1.3.2';
const DEFINITIONS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

export function openRpc(): Json {
  const schemas: Json = {};
  const methods = (Object.keys(NATIVE_METHODS) as MethodName[]).map((name) => {
    const { summary, params, result, errors } = NATIVE_METHODS[name];
    const given = schemaOf(params, 'input', schemas);
    const required = (given['required'] ?? []) as string[];
    const properties = Object.entries((given['properties'] ?? {}) as Json);
    return {
      name,
      summary,
      paramStructure: 'by-name',
      params: properties.map(([field, schema]) => ({
        name: field,
        required: required.includes(field),
        schema,
      })),
      result: { name: 'result', schema: schemaOf(result, 'output', schemas) },
      errors: errors.map(errorOf),
    };
  });
  const info = { title: 'Petrel', version: SOFTWARE_VERSION };
  return { openrpc: OPENRPC_VERSION, info, methods, components: { schemas } };
}

/** Moves what is defined inside to the common place, so that the document names each record once. */
function schemaOf(type: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $defs = {}, ...schema } = z.toJSONSchema(type, { io }) as Json;
  delete schema['$schema'];
  for (const [name, definition] of Object.entries($defs as Json)) {
    schemas[name] = withCommonRefs(definition);
  }
  return withCommonRefs(schema) as Json;
}

function withCommonRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withCommonRefs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      name === '$ref' && typeof field === 'string'
        ? field.replace(DEFINITIONS, COMPONENTS)
        : withCommonRefs(field),
    ]),
  );
}

function errorOf(code: NativeErrorCode): Json {
  const { number, meaning } = NATIVE_ERRORS[code];
  return { code: number, message: meaning, data: { code } };
}
