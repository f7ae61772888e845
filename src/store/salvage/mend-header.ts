/** Puts right what makes SQLite refuse a damaged file as a whole. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
/** Offsets in the file's header, https://www.sqlite.org/fileformat.html#the_database_header. */
const PAGE_SIZE_AT = 16;
const PAGE_COUNT_AT = 28;
const HEADER_BYTES = 100;
/** A page count beyond this factor of what is there is taken for damage, too. */
const MAX_GROWTH = 64;

/**
 * A file that was cut off is refused by SQLite as a whole; made as long as it was, with zeros, only
 * the rows of the lost pages are. The magic text is put back where it is damaged.
 */
export function mendHeader(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const size = fstatSync(file).size;
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return;
    if (!header.subarray(0, MAGIC.length).equals(MAGIC)) writeSync(file, MAGIC, 0, MAGIC.length, 0);
    const stored = header.readUInt16BE(PAGE_SIZE_AT);
    const pageSize = stored === 1 ? 65_536 : stored;
    const whole = header.readUInt32BE(PAGE_COUNT_AT) * pageSize;
    if (whole > size && whole <= size * MAX_GROWTH) ftruncateSync(file, whole);
  } finally {
    closeSync(file);
  }
}
