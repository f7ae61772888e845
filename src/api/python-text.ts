/** Texts as Python 2 writes them: clients have seen them inside error messages for years. */
import { Binary, Float, isList, isStruct, type ApiValue } from './values.js';

/** How a wire form hands strings over: json always as `unicode`, XML-RPC ASCII ones as `str`. */
export type StringKind = 'unicode' | 'bytes';

/** Name of a value's Python type, as in `<type 'int'>`. */
export function pythonTypeName(value: ApiValue, strings: StringKind): string {
  if (value === null) return 'NoneType';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'int';
    case 'bigint':
      return 'long';
    case 'string':
      return isUnicode(value, strings) ? 'unicode' : 'str';
    default:
      if (value instanceof Float) return 'float';
      if (value instanceof Binary) return 'instance';
      return isList(value) ? 'list' : 'dict';
  }
}

/** What Python's `repr` makes of a value. */
export function pythonRepr(value: ApiValue, strings: StringKind): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') {
    return (isUnicode(value, strings) ? 'u' : '') + quoted(value, escapedUnicode);
  }
  if (value instanceof Float) return pythonFloat(value.value);
  if (value instanceof Binary) return '<xmlrpclib.Binary instance>';
  if (isList(value)) return `[${value.map((item) => pythonRepr(item, strings)).join(', ')}]`;
  if (isStruct(value)) {
    const members = Object.entries(value).map(
      ([name, member]) => `${pythonRepr(name, strings)}: ${pythonRepr(member, strings)}`,
    );
    return `{${members.join(', ')}}`;
  }
  return String(value);
}

/** What Python's `str` makes of a value: texts stay as they are. */
export function pythonStr(value: ApiValue): string {
  return typeof value === 'string' ? value : pythonRepr(value, 'bytes');
}

/** `repr` of a byte string: `'\xff\xfe'`. */
export function pythonBytesRepr(bytes: Uint8Array): string {
  return quoted(Buffer.from(bytes).toString('latin1'), (code) => `\\x${hex(code, 2)}`);
}

/** `repr` of a float: the shortest digits that read back, always with a point or an exponent. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    return `${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

function isUnicode(text: string, strings: StringKind): boolean {
  return strings === 'unicode' || !isAscii(text);
}

export function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- ASCII begins at 0
  return /^[\x00-\x7f]*$/.test(text);
}

function quoted(text: string, escape: (code: number) => string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote || character === '\\') out += `\\${character}`;
    else if (character === '\n') out += '\\n';
    else if (character === '\r') out += '\\r';
    else if (character === '\t') out += '\\t';
    else if (code < 0x20 || code >= 0x7f) out += escape(code);
    else out += character;
  }
  return out + quote;
}

function escapedUnicode(code: number): string {
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
