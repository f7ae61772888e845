/**
 * The first bytes of a backup, in the clear (docs/backup.md has the table): what it is, how the key is
 * made of the passphrase, and how to tell a wrong passphrase from damage.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { BackupError } from './backup-error.js';

const MAGIC = Buffer.from('petrel-backup\n', 'latin1');
const VERSION = 1;

const VERSION_AT = 14;
const COST_AT = 16;
const CHUNK_BYTES_AT = 20;
const SALT_AT = 24;
export const SALT_BYTES = 16;
const KEY_CHECK_AT = 40;
export const KEY_CHECK_BYTES = 16;
const DIGEST_AT = 56;
const DIGEST_BYTES = 32;
export const HEADER_BYTES = 88;

/** scrypt's block size and parallelism: its usual values. */
export const SCRYPT_R = 8;
export const SCRYPT_P = 1;
/** A reader takes a cost between 16 and 256 MiB of memory: no header makes it take more. */
const MIN_COST_LOG2 = 14;
const MAX_COST_LOG2 = 18;
const MIN_CHUNK_BYTES = 256;
const MAX_CHUNK_BYTES = 1_048_576;

export interface KeyParameters {
  /** Base-2 logarithm of scrypt's N. */
  readonly costLog2: number;
  /** 16 random bytes. */
  readonly salt: Uint8Array;
}

export interface Header extends KeyParameters {
  /** Plain bytes in each chunk but the last. */
  readonly chunkBytes: number;
  /** 16 bytes derived from the passphrase beside the key. */
  readonly keyCheck: Uint8Array;
  /** The 88 bytes themselves: authenticated with each chunk. */
  readonly bytes: Uint8Array;
}

export function encodeHeader(fields: Omit<Header, 'bytes'>): Header {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt16BE(VERSION, VERSION_AT);
  bytes.set([fields.costLog2, SCRYPT_R, SCRYPT_P, 0], COST_AT);
  bytes.writeUInt32BE(fields.chunkBytes, CHUNK_BYTES_AT);
  bytes.set(fields.salt, SALT_AT);
  bytes.set(fields.keyCheck, KEY_CHECK_AT);
  bytes.set(digest(bytes), DIGEST_AT);
  return { ...fields, bytes };
}

/**
 * @param bytes the first 88 of the file, or all it has
 * @param path for the error
 * @throws BackupError
 */
export function decodeHeader(bytes: Uint8Array, path: string): Header {
  const header = Buffer.from(bytes);
  const begin = header.subarray(0, MAGIC.length);
  if (!begin.equals(MAGIC)) {
    const cut = header.length < MAGIC.length && MAGIC.subarray(0, header.length).equals(begin);
    throw new BackupError(
      'not-a-backup',
      cut
        ? `${path} is cut off at byte ${header.length}, within its header`
        : `${path} is no backup of Petrel (damaged or foreign from byte 0 on)`,
      { offset: cut ? header.length : 0 },
    );
  }
  if (header.length < HEADER_BYTES) {
    const text = `${path} is cut off at byte ${header.length}, within its header`;
    throw new BackupError('truncated', text, { offset: header.length });
  }
  if (!timingSafeEqual(digest(header), header.subarray(DIGEST_AT))) {
    const version = header.readUInt16BE(VERSION_AT);
    const hint = version === VERSION ? '' : `, or of a newer Petrel (format ${version})`;
    const text = `${path} is damaged in its header (bytes 0 to ${HEADER_BYTES - 1})${hint}`;
    throw new BackupError('damaged-header', text, { offset: 0 });
  }
  return readFields(header, path);
}

function readFields(header: Buffer, path: string): Header {
  const version = header.readUInt16BE(VERSION_AT);
  const [costLog2 = 0, r, p] = header.subarray(COST_AT);
  const chunkBytes = header.readUInt32BE(CHUNK_BYTES_AT);
  const isKnown =
    version === VERSION &&
    r === SCRYPT_R &&
    p === SCRYPT_P &&
    costLog2 >= MIN_COST_LOG2 &&
    costLog2 <= MAX_COST_LOG2 &&
    chunkBytes >= MIN_CHUNK_BYTES &&
    chunkBytes <= MAX_CHUNK_BYTES;
  if (!isKnown) {
    const text = `${path} was made by a newer Petrel (format ${version}); use that version`;
    throw new BackupError('newer-format', text, { offset: VERSION_AT });
  }
  return {
    costLog2,
    chunkBytes,
    salt: header.subarray(SALT_AT, SALT_AT + SALT_BYTES),
    keyCheck: header.subarray(KEY_CHECK_AT, KEY_CHECK_AT + KEY_CHECK_BYTES),
    bytes: header,
  };
}

function digest(header: Uint8Array): Buffer {
  return createHash('sha256')
    .update(header.subarray(0, DIGEST_AT))
    .digest()
    .subarray(0, DIGEST_BYTES);
}
