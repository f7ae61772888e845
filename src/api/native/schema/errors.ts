/** Errors of the native API: JSON-RPC numbers, and words that programs and pages match on. */
import { z } from 'zod';

/** Closed list: word (in `error.data.code`) and number (in `error.code`). */
export const NATIVE_ERRORS = {
  'parse-error': { number: -32_700, meaning: 'The request is not JSON.' },
  'invalid-request': { number: -32_600, meaning: 'The request is not JSON-RPC 2.0.' },
  'unknown-method': { number: -32_601, meaning: 'There is no such method.' },
  'invalid-params': {
    number: -32_602,
    meaning: 'A parameter is missing, unknown or wrong; `data.field` says which.',
  },
  internal: { number: -32_603, meaning: 'The node failed; its log says why.' },
  'not-found': { number: 1, meaning: 'There is no such message, draft, conversation or entry.' },
  'already-there': { number: 2, meaning: 'The address is in that list already.' },
  'invalid-address': { number: 3, meaning: 'Not an address; `data.reason` says why.' },
  'unusable-address': {
    number: 4,
    meaning: 'An address of a version or stream that cannot be used for this.',
  },
  'unknown-identity': { number: 5, meaning: 'Not one of the own addresses.' },
  'identity-disabled': { number: 6, meaning: 'The own address is switched off.' },
  'identity-exists': { number: 7, meaning: 'The address is one of the own already.' },
  'not-a-chan': { number: 8, meaning: 'The address is no chan.' },
  'is-a-chan': { number: 9, meaning: 'The address is a chan: leave it instead.' },
  'chan-name-mismatch': {
    number: 10,
    meaning: 'Name and address of the chan do not belong together.',
  },
  'message-too-long': {
    number: 11,
    meaning: 'Subject and body together are longer than an object holds.',
  },
  'wrong-state': { number: 12, meaning: 'The message is in a state that does not allow it.' },
  'wrong-password': { number: 13, meaning: 'The password asked for again is wrong.' },
  'invalid-query': { number: 14, meaning: 'Nothing to search for in the query.' },
  'invalid-cursor': { number: 15, meaning: 'The cursor is not one that this list gave.' },
  'invalid-value': {
    number: 16,
    meaning: 'The setting does not take that value; the message says what it takes.',
  },
  'fixed-setting': { number: 17, meaning: 'The setting cannot be changed here.' },
  'takeover-running': { number: 18, meaning: 'A takeover is running already.' },
  'takeover-failed': {
    number: 19,
    meaning: 'The directory cannot be taken over; the message says why.',
  },
  'not-available': { number: 20, meaning: 'This node does not offer it.' },
  'cannot-store': {
    number: 21,
    meaning:
      'The disk takes nothing (`data.reason`: full, read-only, failing); nothing was changed.',
  },
} as const satisfies Record<string, { number: number; meaning: string }>;

export type NativeErrorCode = keyof typeof NATIVE_ERRORS;

/** `error` of a JSON-RPC answer. */
export const nativeErrorSchema = z.object({
  code: z.int(),
  /** English; a page shows its own text for `data.code`. */
  message: z.string(),
  data: z.object({
    code: z.enum(Object.keys(NATIVE_ERRORS) as [NativeErrorCode, ...NativeErrorCode[]]),
    /** Path of the wrong parameter, as `to.0`. */
    field: z.string().optional(),
    /** More of what is wrong, in a word, as `checksumfailed`. */
    reason: z.string().optional(),
  }),
});
export type NativeErrorBody = z.infer<typeof nativeErrorSchema>;
