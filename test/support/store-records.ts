/** Records for tests of the store; each number gives another one, the same number the same one. */
import { createHash } from 'node:crypto';
import type {
  IdentityRecord,
  InboxRecord,
  InventoryEntry,
  NodeRecord,
  PubkeyRecord,
  SentRecord,
} from '../../src/store/repositories.js';
import { NO_BYTES } from '../../src/util/bytes.js';

/** Bytes that are no valid UTF-8 and hold a zero byte: the store keeps them as they are. */
export const ODD_TEXT = new Uint8Array([0x61, 0x00, 0xff, 0xfe, 0xc3, 0x28, 0x0a]);

/** `length` bytes (at most 64) that depend on the texts alone. */
export function bytesOf(length: number, ...parts: (string | number)[]): Uint8Array {
  return new Uint8Array(createHash('sha512').update(parts.join('/')).digest()).slice(0, length);
}

export function addressOf(n: number): string {
  return `BM-address${n}`;
}

export function identityRecord(n: number, changes: Partial<IdentityRecord> = {}): IdentityRecord {
  return {
    address: addressOf(n),
    label: ODD_TEXT,
    enabled: true,
    chan: false,
    signingKey: bytesOf(32, 'signing', n),
    encryptionKey: bytesOf(32, 'encryption', n),
    nonceTrialsPerByte: 1000,
    payloadLengthExtraBytes: 2000,
    lastPubkeySendS: 0,
    dontSendAck: false,
    mailingList: false,
    mailingListName: NO_BYTES,
    extra: { gateway: 'mailchuck', 'odd key': 'ä = "%%"' },
    ...changes,
  };
}

export function inboxRecord(n: number, changes: Partial<InboxRecord> = {}): InboxRecord {
  return {
    msgid: bytesOf(32, 'inbox', n),
    sigHash: bytesOf(32, 'signature', n),
    toAddress: addressOf(1),
    fromAddress: addressOf(2),
    subject: ODD_TEXT,
    body: bytesOf(64, 'body', n),
    encoding: 2,
    receivedS: 1_795_000_000 + n,
    folder: 'inbox',
    read: false,
    ...changes,
  };
}

export function sentRecord(n: number, changes: Partial<SentRecord> = {}): SentRecord {
  return {
    ackData: bytesOf(38, 'ack', n),
    msgid: bytesOf(16, 'sent', n),
    toAddress: addressOf(3),
    toRipe: bytesOf(20, 'ripe', n),
    fromAddress: addressOf(1),
    subject: ODD_TEXT,
    body: bytesOf(64, 'sent body', n),
    encoding: 2,
    sentS: 1_795_000_000 + n,
    lastActionS: 1_795_000_000 + n,
    sleepUntilS: 0,
    retryNumber: 0,
    ttlS: 345_600,
    folder: 'sent',
    status: 'msgqueued',
    reason: '',
    ...changes,
  };
}

export function inventoryEntry(n: number, changes: Partial<InventoryEntry> = {}): InventoryEntry {
  return {
    hash: bytesOf(32, 'object', n),
    type: 2,
    version: 1,
    stream: 1,
    expiresS: 1_796_000_000 + n,
    tag: NO_BYTES,
    object: bytesOf(64, 'object bytes', n),
    ...changes,
  };
}

export function nodeRecord(n: number, changes: Partial<NodeRecord> = {}): NodeRecord {
  return {
    host: `192.0.2.${n % 256}`,
    port: 8444 + n,
    stream: 1,
    services: 3n,
    lastSeenS: 1_795_000_000 + n,
    rating: -0.3,
    self: false,
    ...changes,
  };
}

export function pubkeyRecord(n: number, changes: Partial<PubkeyRecord> = {}): PubkeyRecord {
  return {
    address: addressOf(n),
    keyBlock: bytesOf(64, 'key block', n),
    storedS: 1_795_000_000 + n,
    usedPersonally: false,
    ...changes,
  };
}
