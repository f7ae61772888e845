/**
 * A wire form of the API (JSON-RPC or XML-RPC) turns the body of a request into calls and their
 * results into the text of an answer. It knows nothing of HTTP, and commands know nothing of it.
 */
import type { ApiVariant } from './command.js';
import type { ApiStruct, ApiValue } from './values.js';

/** Runs a command. @throws ApiError, TransportFault; nothing else */
export type Caller = (name: string, params: readonly ApiValue[] | ApiStruct) => Promise<ApiValue>;

/** Blanks, and the UTF-8 byte order mark that some XML writers begin with. */
const SKIPPED: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
const [LESS_THAN, BRACE, BRACKET] = [0x3c, 0x7b, 0x5b];

/**
 * How to read and answer a body: as the node's variant says, but what begins like the other kind is
 * of the other kind.
 */
export function variantOf(body: Uint8Array, configured: ApiVariant): ApiVariant {
  const first = body.find((byte) => !SKIPPED.has(byte));
  if (configured === 'json') return first === LESS_THAN ? 'xml' : 'json';
  return first === BRACE || first === BRACKET ? 'json' : configured;
}
