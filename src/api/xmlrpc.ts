/**
 * XML-RPC in both its variants: `xml` with native values and faults, `legacy` with JSON inside
 * strings and errors as ordinary strings [api.py:command.__call__, SimpleXMLRPCServer.py].
 */
import { ApiError, TransportFault } from './errors.js';
import { writeIndentedJson } from './json-text.js';
import type { ApiValue } from './values.js';
import type { Caller } from './wire-form.js';
import { readMethodCall } from './xml-reader.js';
import type { MethodCall } from './xml-values.js';
import { writeXmlFault, writeXmlResponse } from './xml-writer.js';

export const XML_CONTENT_TYPE = 'text/xml';

export type XmlVariant = 'xml' | 'legacy';

/** Number of faults below the API's own errors. */
const TRANSPORT_FAULT = 1;

/** Answered by the library below the API, so never as JSON in a string. */
const INTROSPECTION_PREFIX = 'system.';

/** Their result is `unicode` in the reference although it is ASCII: legacy shows it as JSON. */
const UNICODE_RESULTS: ReadonlySet<string> = new Set([
  'disseminatePreEncryptedMsg',
  'disseminatePreparedObject',
]);

/** The text of the answer; every failure is one, too. */
export async function answerXmlRpc(
  body: Uint8Array,
  call: Caller,
  variant: XmlVariant,
): Promise<string> {
  try {
    const request = readMethodCall(body);
    return writeXmlResponse(await resultOf(request, call, variant));
  } catch (error) {
    if (error instanceof ApiError) return writeXmlFault(error.code, error.message);
    if (!(error instanceof TransportFault)) throw error;
    return writeXmlFault(TRANSPORT_FAULT, `${exceptionName(error)}:${error.message}`);
  }
}

async function resultOf(
  { name, params }: MethodCall,
  call: Caller,
  variant: XmlVariant,
): Promise<ApiValue> {
  if (variant === 'xml') return call(name, params);
  const isIntrospection = name.startsWith(INTROSPECTION_PREFIX);
  try {
    const result = await call(name, params);
    return isIntrospection ? result : legacyResult(name, result);
  } catch (error) {
    if (error instanceof ApiError) return error.fullText;
    throw error;
  }
}

/** Numbers and ASCII strings go out as they are, the rest as a string with JSON. */
function legacyResult(name: string, result: ApiValue): ApiValue {
  if (typeof result === 'boolean' || typeof result === 'number') return result;
  if (typeof result === 'bigint' && BigInt.asIntN(64, result) === result) return result;
  // eslint-disable-next-line no-control-regex -- ASCII begins at 0
  const isBytes = typeof result === 'string' && /^[\x00-\x7f]*$/.test(result);
  return isBytes && !UNICODE_RESULTS.has(name) ? result : writeIndentedJson(result);
}

function exceptionName({ exception }: TransportFault): string {
  return exception.startsWith('<') ? exception : `<type 'exceptions.${exception}'>`;
}
