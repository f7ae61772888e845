/**
 * JSON-RPC 1.0 and 2.0 as jsonrpclib for Python 2 answers them [jsonrpclib 0.1.7,
 * SimpleJSONRPCServer.py], with one betterment: errors carry the id of their request, which strict
 * clients need and jsonrpclib ignores.
 */
import { ApiError, TransportFault } from './errors.js';
import { JsonSyntaxError, parseJson, writeJson } from './json-text.js';
import { pythonRepr, pythonTypeName } from './python-text.js';
import { isList, isStruct, type ApiStruct, type ApiValue } from './values.js';
import type { Caller } from './wire-form.js';

export const JSON_CONTENT_TYPE = 'application/json-rpc';

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
/** Every failure of a command; the API's own number is in the message. */
const COMMAND_FAILED = -32_603;

/** Clients cut the API's number out of the message and know this beginning. */
const API_ERROR_PREFIX = "<class 'api.APIError'>:";

const NO_DATA = 'Request invalid -- no request data.';

/** The text of the answer; '' when there is none to give (notifications). */
export function answerJsonRpc(body: string, call: Caller): string | Promise<string> {
  let request: ApiValue;
  try {
    if (body === '') return errorText(INVALID_REQUEST, NO_DATA, null);
    request = parseJson(body);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return errorText(PARSE_ERROR, `Request ${body} invalid. (${error.message})`, null);
  }
  if (isNothing(request)) return errorText(INVALID_REQUEST, NO_DATA, null);
  return isList(request) ? answerBatch(request, call) : answerOne(request, call);
}

async function answerBatch(entries: readonly ApiValue[], call: Caller): Promise<string> {
  const answers: string[] = [];
  // One after the other: a later entry of a batch may rely on an earlier one.
  for (const entry of entries) answers.push(await answerOne(entry, call));
  const given = answers.filter((answer) => answer !== '');
  return given.length === 0 ? '' : `[${given.join(',')}]`;
}

async function answerOne(request: ApiValue, call: Caller): Promise<string> {
  if (!isStruct(request)) {
    const type = pythonTypeName(request, 'unicode');
    return errorText(INVALID_REQUEST, `Request must be {}, not <type '${type}'>.`, null);
  }
  const id = member(request, 'id') ?? null;
  if (member(request, 'jsonrpc') === undefined && member(request, 'id') === undefined) {
    const shown = pythonRepr(request, 'unicode');
    return errorText(INVALID_REQUEST, `Request ${shown} invalid.`, null);
  }
  const name = member(request, 'method');
  const params = member(request, 'params') ?? (Object.hasOwn(request, 'params') ? null : []);
  if (typeof name !== 'string' || name === '' || !(isList(params) || isStruct(params))) {
    return errorText(INVALID_REQUEST, 'Invalid request parameters or method.', id);
  }
  try {
    const result = await call(name, params);
    if (id === null) return '';
    return `{"jsonrpc": "2.0", "result": ${writeJson(result)}, "id": ${writeJson(id)}}`;
  } catch (error) {
    return errorText(COMMAND_FAILED, failureText(error), id);
  }
}

function failureText(error: unknown): string {
  if (error instanceof ApiError) return API_ERROR_PREFIX + error.fullText;
  if (error instanceof TransportFault) return `Server error: ${error.exception}: ${error.message}`;
  throw error;
}

function errorText(code: number, message: string, id: ApiValue): string {
  return writeJson({ error: { message, code }, jsonrpc: '2.0', id });
}

/** An own member; undefined when there is none. */
function member(struct: ApiStruct, name: string): ApiValue | undefined {
  return Object.hasOwn(struct, name) ? struct[name] : undefined;
}

/** What Python takes for false. */
function isNothing(request: ApiValue): boolean {
  if (isList(request)) return request.length === 0;
  if (isStruct(request)) return Object.keys(request).length === 0;
  return request === null || request === false || request === 0 || request === '';
}
