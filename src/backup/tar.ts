/**
 * The little of the tar format (POSIX ustar) that the inside of a backup needs: plain files, so that
 * anybody who has decrypted it can unpack it.
 */

export const TAR_BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const MODE_AT = 100;
const UID_AT = 108;
const GID_AT = 116;
const SIZE_AT = 124;
const SIZE_BYTES = 12;
const TIME_AT = 136;
const SUM_AT = 148;
const SUM_BYTES = 8;
const TYPE_AT = 156;
const MAGIC_AT = 257;
const MAGIC = 'ustar\x0000';
const PLAIN_FILE = 0x30;
/** A first byte of 0x80 says that the size is binary: for files of 8 GiB and more [GNU tar, pax]. */
const BINARY_MARK = 0x80;
const MAX_OCTAL_SIZE = 8 ** (SIZE_BYTES - 1) - 1;

export interface TarEntry {
  /** ASCII, without directories. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** @param timeS unix seconds */
export function encodeTarHeader({ name, size }: TarEntry, timeS: number): Uint8Array {
  if (name.length > NAME_BYTES) throw new RangeError(`name too long for tar: ${name}`);
  const block = Buffer.alloc(TAR_BLOCK_BYTES);
  block.write(name, 'latin1');
  block.write('0000600\0', MODE_AT, 'latin1');
  block.write('0000000\0', UID_AT, 'latin1');
  block.write('0000000\0', GID_AT, 'latin1');
  writeSize(block, size);
  block.write(`${octal(timeS, SIZE_BYTES - 1)}\0`, TIME_AT, 'latin1');
  block[TYPE_AT] = PLAIN_FILE;
  block.write(MAGIC, MAGIC_AT, 'latin1');
  block.write(`${octal(checksum(block), SUM_BYTES - 2)}\0 `, SUM_AT, 'latin1');
  return block;
}

/** Undefined for a block of zeros (the end) and for anything that {@link encodeTarHeader} does not write. */
export function decodeTarHeader(bytes: Uint8Array): TarEntry | undefined {
  const block = Buffer.from(bytes);
  const sum = Number.parseInt(block.toString('latin1', SUM_AT, SUM_AT + SUM_BYTES - 2), 8);
  if (sum !== checksum(block) || block[TYPE_AT] !== PLAIN_FILE) return undefined;
  const name = block.toString('latin1', 0, NAME_BYTES).replace(/\0+$/, '');
  return { name, size: readSize(block) };
}

/** Zeros that fill the last block of a file of that size. */
export function tarPadding(size: number): number {
  return (TAR_BLOCK_BYTES - (size % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

/** Two blocks of zeros. */
export const TAR_END = new Uint8Array(2 * TAR_BLOCK_BYTES);

function writeSize(block: Buffer, size: number): void {
  if (size <= MAX_OCTAL_SIZE) {
    block.write(`${octal(size, SIZE_BYTES - 1)}\0`, SIZE_AT, 'latin1');
    return;
  }
  block[SIZE_AT] = BINARY_MARK;
  block.writeBigUInt64BE(BigInt(size), SIZE_AT + SIZE_BYTES - 8);
}

function readSize(block: Buffer): number {
  if (block[SIZE_AT] === BINARY_MARK) {
    return Number(block.readBigUInt64BE(SIZE_AT + SIZE_BYTES - 8));
  }
  return Number.parseInt(block.toString('latin1', SIZE_AT, SIZE_AT + SIZE_BYTES - 1), 8);
}

/** The sum of all bytes, those of the checksum itself counted as blanks. */
function checksum(block: Uint8Array): number {
  const blanks = SUM_BYTES * 0x20;
  return block.reduce(
    (sum, byte, at) => (at >= SUM_AT && at < SUM_AT + SUM_BYTES ? sum : sum + byte),
    blanks,
  );
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
