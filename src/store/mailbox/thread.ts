/**
 * Which conversation a message belongs to. The protocol has no references between messages; people keep
 * the subject. So: the same two people (in a chan: the chan; in a feed: its sender) and the same subject
 * but for what programs put before it when they answer or forward.
 */
import { hash } from 'node:crypto';
import { displayText } from '../../util/bytes.js';
import type { MailKind } from './address-kind.js';

/** Bytes of a conversation's id: enough that nobody finds a subject that gets into another one. */
export const THREAD_BYTES = 12;

/** What mail programs of many languages put before the subject, once or often. */
const PREFIXES =
  /^\s*(?:(?:re|aw|antw|sv|rif|odp|ynt|fw|fwd|wg|tr|rv|enc|отв|пер|回复|答复|转发|回覆|轉寄|返信|転送)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]\s*)+/iu;

/** Longer subjects are cut: nobody reads the difference. Bytes. */
const MAX_SUBJECT_BYTES = 1_000;

export interface ThreadParts {
  readonly kind: MailKind;
  readonly toAddress: string;
  readonly fromAddress: string;
  readonly subject: Uint8Array;
}

/** @returns {@link THREAD_BYTES} bytes */
export function threadOf({ kind, toAddress, fromAddress, subject }: ThreadParts): Uint8Array {
  const people = {
    direct: [fromAddress, toAddress].sort(),
    chan: [toAddress],
    feed: [fromAddress],
  };
  const text = JSON.stringify([kind, ...people[kind], normalisedSubject(subject)]);
  return new Uint8Array(hash('sha256', text, 'buffer').subarray(0, THREAD_BYTES));
}

export function normalisedSubject(subject: Uint8Array): string {
  return displayText(subject.subarray(0, MAX_SUBJECT_BYTES))
    .replace(PREFIXES, '')
    .trim()
    .replace(/\s+/gu, ' ')
    .toLowerCase();
}
