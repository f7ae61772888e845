/**
 * Rows of inbox and sent as Petrel has them. What a schema version lacks is filled in as PyBitmessage's
 * own upgrades do [class_sqlThread.py:run]; the tables since then have all columns.
 */
import { sha512 } from '../crypto/hashes.js';
import type {
  InboxFolder,
  InboxRecord,
  SentFolder,
  SentRecord,
  SentStatus,
} from '../store/repositories.js';
import { bytesKey, concatBytes, displayText, fromHex, NO_BYTES, utf8 } from '../util/bytes.js';
import type { Columns, RawRow } from './messages-file.js';

export const INBOX_COLUMNS: Columns = {
  msgid: 'bytes',
  toaddress: 'bytes',
  fromaddress: 'bytes',
  subject: 'bytes',
  received: 'number',
  message: 'bytes',
  folder: 'bytes',
  encodingtype: 'number',
  read: 'number',
  sighash: 'bytes',
};

export const SENT_COLUMNS: Columns = {
  msgid: 'bytes',
  toaddress: 'bytes',
  toripe: 'bytes',
  fromaddress: 'bytes',
  subject: 'bytes',
  message: 'bytes',
  ackdata: 'bytes',
  senttime: 'number',
  lastactiontime: 'number',
  sleeptill: 'number',
  status: 'bytes',
  retrynumber: 'number',
  folder: 'bytes',
  encodingtype: 'number',
  ttl: 'number',
};

/** Encoding of messages from before the column was there. */
const OLD_ENCODING = 2;
/** Life of messages from before it could be chosen, seconds. */
const OLD_TTL_S = 216_000;
/** Before this version keys were kept in another form: who had one has to ask again. */
const FIRST_VERSION_OF_KEYS = 8;

/** Old acknowledgements are the 32 bytes alone; new ones have type, version and stream in front. */
const OLD_ACK_BYTES = 32;
const ACK_PREFIX = fromHex('000000020101');

/** Names before and after [class_sqlThread.py], and what a stopped worker comes back to. */
const RENAMED: Readonly<Record<string, SentStatus>> = {
  doingpow: 'msgqueued',
  findingpubkey: 'msgqueued',
  sentmessage: 'msgsent',
  broadcastpending: 'broadcastqueued',
  doingpubkeypow: 'msgqueued',
  doingmsgpow: 'msgqueued',
  doingbroadcastpow: 'broadcastqueued',
};

const INBOX_FOLDERS = ['inbox', 'trash'] as const satisfies InboxFolder[];
const SENT_FOLDERS = ['sent', 'trash', 'draft'] as const satisfies SentFolder[];

const STATUSES: ReadonlySet<string> = new Set<SentStatus>([
  'msgqueued',
  'awaitingpubkey',
  'forcepow',
  'msgsent',
  'msgsentnoackexpected',
  'ackreceived',
  'toodifficult',
  'badkey',
  'broadcastqueued',
  'broadcastsent',
]);

/** Sent rows without acknowledgement data get a name of their own here; never sent anywhere. */
const NO_ACK = utf8('petrel: no ackdata ');
const NO_ACK_DIGEST_BYTES = 20;

/** Told of what could not be kept as it was. */
export type OnChange = (reason: string) => void;

export function inboxRecord(row: RawRow, onChange: OnChange): InboxRecord {
  return {
    msgid: bytesOf(row, 'msgid'),
    sigHash: bytesOf(row, 'sighash'),
    toAddress: addressText(row, 'toaddress'),
    fromAddress: addressText(row, 'fromaddress'),
    subject: bytesOf(row, 'subject'),
    body: bytesOf(row, 'message'),
    encoding: numberOf(row, 'encodingtype', OLD_ENCODING),
    receivedS: numberOf(row, 'received', 0),
    folder: folderOf(row, INBOX_FOLDERS, onChange),
    read: numberOf(row, 'read', 1) !== 0,
  };
}

export function sentRecord(row: RawRow, version: number, onChange: OnChange): SentRecord {
  const lastActionS = numberOf(row, 'lastactiontime', 0);
  // From before messages had a time to live: retries were counted apart for keys and messages.
  const isOld = row['sleeptill'] === undefined;
  return {
    ackData: ackDataOf(row),
    msgid: bytesOf(row, 'msgid'),
    toAddress: addressText(row, 'toaddress'),
    toRipe: bytesOf(row, 'toripe'),
    fromAddress: addressText(row, 'fromaddress'),
    subject: bytesOf(row, 'subject'),
    body: bytesOf(row, 'message'),
    encoding: numberOf(row, 'encodingtype', OLD_ENCODING),
    sentS: isOld ? lastActionS : numberOf(row, 'senttime', lastActionS),
    lastActionS,
    sleepUntilS: numberOf(row, 'sleeptill', 0),
    retryNumber: isOld ? 0 : numberOf(row, 'retrynumber', 0),
    ttlS: numberOf(row, 'ttl', OLD_TTL_S),
    folder: folderOf(row, SENT_FOLDERS, onChange),
    status: statusOf(row, version, onChange),
    reason: '',
  };
}

/** The ackdata that the row had in PyBitmessage. */
export function originalAckData(ackData: Uint8Array): Uint8Array {
  const isMadeUp = bytesKey(ackData).startsWith(bytesKey(NO_ACK));
  return isMadeUp ? NO_BYTES : ackData;
}

/** For a second row with the same ackdata: a name that the same row gets again next time. */
export function madeUpAckData(record: SentRecord): Uint8Array {
  const { toAddress, fromAddress, subject, body, sentS, msgid, status } = record;
  const numbers = utf8(`${toAddress} ${fromAddress} ${sentS} ${status} ${subject.length}`);
  const digest = sha512(concatBytes(numbers, subject, body, msgid));
  return concatBytes(NO_ACK, digest.subarray(0, NO_ACK_DIGEST_BYTES));
}

function ackDataOf(row: RawRow): Uint8Array {
  const ackData = bytesOf(row, 'ackdata');
  return ackData.length === OLD_ACK_BYTES ? concatBytes(ACK_PREFIX, ackData) : ackData;
}

function statusOf(row: RawRow, version: number, onChange: OnChange): SentStatus {
  const text = displayText(bytesOf(row, 'status'));
  if (text === 'badkey' && version < FIRST_VERSION_OF_KEYS) return 'msgqueued';
  const renamed = RENAMED[text];
  if (renamed !== undefined) return renamed;
  if (STATUSES.has(text)) return text as SentStatus;
  onChange(`unknown state "${text}": taken as sent, it is not sent again`);
  return 'msgsentnoackexpected';
}

function folderOf<Folder extends string>(
  row: RawRow,
  folders: readonly [Folder, ...Folder[]],
  onChange: OnChange,
): Folder {
  const text = displayText(bytesOf(row, 'folder'));
  const folder = folders.find((known) => known === text);
  if (folder === undefined) onChange(`unknown folder "${text}": put into ${folders[0]}`);
  return folder ?? folders[0];
}

export function bytesOf(row: RawRow, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : NO_BYTES;
}

/** Whole seconds, counts and flags. */
export function numberOf(row: RawRow, column: string, missing: number): number {
  const value = row[column];
  return typeof value === 'number' && Number.isSafeInteger(Math.trunc(value))
    ? Math.trunc(value)
    : missing;
}

export function addressText(row: RawRow, column: string): string {
  return displayText(bytesOf(row, column));
}
