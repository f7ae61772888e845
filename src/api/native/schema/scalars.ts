/** Values that occur everywhere. Units are in the names of the fields: `…S` seconds, `…Ms`, `…Bytes`. */
import { z } from 'zod';

/** An address as it is shown; those given may leave `BM-` out. */
export const address = z.string().min(1).max(100).describe('a Bitmessage address, BM-…');

/** What a person calls something; bytes that are no UTF-8 come as U+FFFD. */
export const label = z.string().max(1_000);

/** Unix seconds. */
export const timeS = z.int().describe('unix seconds');

/** Of a message: `in-` and the msgid of the inbox, or `out-` and the acknowledgement data, in hex. */
export const messageId = z
  .string()
  .regex(/^(in|out)-[0-9a-f]{0,8192}$/)
  .describe('id of a message: in-… received, out-… own');

/** Beside the id. */
export const messageNumber = z
  .int()
  .min(0)
  .describe(
    'short name for people, within its direction; free again when the newest is deleted for ever',
  );

/** Of a conversation. */
export const threadId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .describe('id of a conversation');

/** Opaque: where the next page begins. */
export const cursor = z.string().max(200).describe('`nextCursor` of the page before');

/** Most rows of one page. */
export const MAX_PAGE_ROWS = 500;
/** Rows of a page when nobody says. */
const DEFAULT_PAGE_ROWS = 50;

/** Members of every list that comes in pages. */
export const paging = {
  limit: z.int().min(1).max(MAX_PAGE_ROWS).default(DEFAULT_PAGE_ROWS).describe('rows of the page'),
  cursor: cursor.optional(),
};

/** Absent on the last page. */
export const nextCursor = cursor.optional();

export const noParams = z.strictObject({});
export const done = z.object({}).describe('nothing: it is done');

/** Whether something was there to change. */
export const changed = z.object({ changed: z.int().min(0).describe('how many were changed') });
