/**
 * XML-RPC answers, byte for byte as Python 2's xmlrpclib writes them: clients cut them by text
 * search, so nothing stands between a tag and its text [xmlrpclib.py:Marshaller].
 */
import { TransportFault } from './errors.js';
import { pythonFloat } from './python-text.js';
import { Binary, Float, isList, type ApiValue } from './values.js';

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);
/** Python 2 calls whole numbers beyond 64 bits `long`. */
const LONG_BITS = 64;

const PROLOGUE = "<?xml version='1.0' encoding='UTF-8'?>\n<methodResponse>\n";
const EPILOGUE = '</methodResponse>\n';

/** @throws TransportFault for a value that XML-RPC does not have: null, int beyond 32 bits. */
export function writeXmlResponse(value: ApiValue): string {
  return `${PROLOGUE}<params>\n<param>\n${writeValue(value)}</param>\n</params>\n${EPILOGUE}`;
}

/** The `<params>` of a request. */
export function writeXmlParams(values: readonly ApiValue[]): string {
  const params = values.map((value) => `<param>\n${writeValue(value)}</param>\n`);
  return `<params>\n${params.join('')}</params>\n`;
}

export function writeXmlFault(code: number, text: string): string {
  const fault = writeValue({ faultCode: code, faultString: text });
  return `${PROLOGUE}<fault>\n${fault}</fault>\n${EPILOGUE}`;
}

function writeValue(value: ApiValue): string {
  return `<value>${writeInner(value)}</value>\n`;
}

function writeInner(value: ApiValue): string {
  switch (typeof value) {
    case 'string':
      return `<string>${escapeXml(value)}</string>`;
    case 'number':
    case 'bigint':
      return writeInteger(value);
    case 'boolean':
      return `<boolean>${value ? 1 : 0}</boolean>`;
    default:
      return writeObject(value);
  }
}

function writeObject(value: Exclude<ApiValue, string | number | bigint | boolean>): string {
  if (value === null) {
    throw new TransportFault('TypeError', 'cannot marshal None unless allow_none is enabled');
  }
  if (value instanceof Float) return `<double>${pythonFloat(value.value)}</double>`;
  if (value instanceof Binary) return writeBinary(value.bytes);
  if (isList(value)) return `<array><data>\n${value.map(writeValue).join('')}</data></array>`;
  const members = Object.entries(value).map(
    ([name, member]) =>
      `<member>\n<name>${escapeXml(name)}</name>\n${writeValue(member)}</member>\n`,
  );
  return `<struct>\n${members.join('')}</struct>`;
}

function writeInteger(value: number | bigint): string {
  if (value >= MIN_INT && value <= MAX_INT) return `<int>${value}</int>`;
  const isLong = BigInt.asIntN(LONG_BITS, BigInt(value)) !== BigInt(value);
  throw new TransportFault('OverflowError', `${isLong ? 'long ' : ''}int exceeds XML-RPC limits`);
}

function writeBinary(bytes: Uint8Array): string {
  return `<base64>\n${Buffer.from(bytes).toString('base64')}\n</base64>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Quotes stay raw: a client cuts JSON out of the text without unescaping [Monero MMS]. */
function escapeXml(text: string): string {
  // Characters that XML cannot hold would make the whole answer unreadable.
  // eslint-disable-next-line no-control-regex -- those are meant
  const legal = text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd');
  return legal.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);
}
