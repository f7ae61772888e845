/** Reads XML-RPC calls: strictly as XML, without DTD and its entities. */
import { SaxesParser } from 'saxes';
import { TransportFault } from './errors.js';
import { ValueBuilder, type MethodCall } from './xml-values.js';

/** How Python names what its parser refuses. */
const EXPAT_ERROR = "<class 'xml.parsers.expat.ExpatError'>";

/** Encodings that every XML-RPC client may declare [expat's own]. */
const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['utf-8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['iso-8859-1', 'latin1'],
  ['utf-16', 'utf-16le'],
]);

/** The declaration stands in the first bytes and is ASCII. */
const MAX_DECLARATION_BYTES = 200;

/**
 * @param body bytes of a request
 * @throws TransportFault as the reference words it, for everything that is no XML-RPC call.
 */
export function readMethodCall(body: Uint8Array): MethodCall {
  const text = decodeXml(body);
  const blank = /^[ \t\r\n]*/.exec(text)?.[0].length ?? 0;
  if (blank === text.length) throw notXml('no element found', 1, text.length);
  if (text[blank] !== '<') throw notXml(wordingFor(text[blank] ?? ''), 1, blank);
  const builder = new ValueBuilder();
  parse(text, builder);
  return builder.finish();
}

function parse(text: string, builder: ValueBuilder): void {
  const parser = new SaxesParser();
  let isClosed = false;
  parser.on('doctype', () => {
    throw new TransportFault(EXPAT_ERROR, 'document type declarations are not allowed');
  });
  parser.on('opentag', ({ name }) => builder.open(name));
  parser.on('closetag', ({ name }) => builder.close(name));
  parser.on('text', (part) => builder.text(part));
  parser.on('cdata', (part) => builder.text(part));
  parser.on('error', () => {
    const wording = isClosed ? 'no element found' : 'not well-formed (invalid token)';
    throw notXml(wording, parser.line, parser.column);
  });
  parser.write(text);
  isClosed = true;
  parser.close();
}

function decodeXml(body: Uint8Array): string {
  try {
    // The decoder takes a byte order mark away.
    return new TextDecoder(encodingOf(body), { fatal: true }).decode(body);
  } catch (error) {
    if (error instanceof TransportFault) throw error;
    throw notXml('not well-formed (invalid token)', 1, 0);
  }
}

function encodingOf(body: Uint8Array): string {
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  const start = Buffer.from(body.subarray(0, MAX_DECLARATION_BYTES)).toString('latin1');
  const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(start)?.[1];
  if (declared === undefined) return 'utf-8';
  const encoding = ENCODINGS.get(declared.toLowerCase());
  if (encoding === undefined) throw notXml('unknown encoding', 1, start.indexOf(declared));
  return encoding === 'utf-16le' ? 'utf-8' : encoding;
}

/** JSON and other texts that are no document at all, in expat's words. */
function wordingFor(first: string): string {
  return /[A-Za-z0-9_:[\]"]/.test(first) ? 'syntax error' : 'not well-formed (invalid token)';
}

function notXml(wording: string, line: number, column: number): TransportFault {
  return new TransportFault(EXPAT_ERROR, `${wording}: line ${line}, column ${column}`);
}
