/** A mailing list sends what it receives to its subscribers. [objects.md §11] */
import type { IdentityRecord, InboxRecord } from '../../store/repositories.js';
import { bytesKey, concatBytes, displayText, utf8 } from '../../util/bytes.js';
import type { NewBroadcast } from '../outbox/compose.js';
import { MAX_TEXT_BYTES } from '../outbox/compose.js';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** Encodings that can be sent on as they are; what has another is shown but not sent on. */
const SENDABLE_ENCODINGS: readonly number[] = [1, 2, 3];

/** The broadcast to be made of a received message; undefined when its receiver is no list. */
export function listPostOf(
  { subject, body, fromAddress, encoding }: InboxRecord,
  list: IdentityRecord,
  nowS: number,
): NewBroadcast | undefined {
  if (!list.mailingList || !SENDABLE_ENCODINGS.includes(encoding)) return undefined;
  const head = utf8(`${utcTime(nowS)}   Message ostensibly from ${fromAddress}:\n\n`);
  const post = {
    fromAddress: list.address,
    subject: listSubject(subject, list.mailingListName),
    body: concatBytes(head, body),
    encoding,
  };
  return post.subject.length + post.body.length <= MAX_TEXT_BYTES ? post : undefined;
}

/**
 * `[name] subject`, with one leading `Re:` taken away; without a second `[name]`.
 * [objectProcessor.py:addMailingListNameToSubject]
 */
function listSubject(subject: Uint8Array, name: Uint8Array): Uint8Array {
  const mark = concatBytes(utf8('['), name, utf8(']'));
  const text = trimmed(subject);
  const begin = displayText(text.subarray(0, 3));
  const rest = begin === 'Re:' || begin === 'RE:' ? trimmed(text.subarray(3)) : text;
  return bytesKey(rest).includes(bytesKey(mark)) ? rest : concatBytes(mark, utf8(' '), rest);
}

/** Without white space at both ends, as Python's strip does for bytes. */
function trimmed(text: Uint8Array): Uint8Array {
  const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start] ?? 0)) start++;
  while (end > start && isSpace(text[end - 1] ?? 0)) end--;
  return text.slice(start, end);
}

/** As `%a, %Y-%m-%d %H:%M:%S UTC` in the C locale. */
function utcTime(nowS: number): string {
  const date = new Date(nowS * 1000);
  const [day, time] = date.toISOString().slice(0, 19).split('T');
  return `${DAYS[date.getUTCDay()] ?? ''}, ${day ?? ''} ${time ?? ''} UTC`;
}
