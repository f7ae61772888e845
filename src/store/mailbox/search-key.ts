/**
 * Row ids of the full-text index: time, direction and row in one number, so that the newest messages are
 * the highest ids and a search that wants the first fifty reads no more than them. 32 bits of time, one
 * of direction, 29 of row: within SQLite's 63, beyond what a JavaScript number holds.
 */
import type { Direction } from './scope.js';

const ROW_BITS = 29n;
const DIRECTION_BITS = 1n;
const MAX_TIME_S = 0xffffffff;
const ROW_MASK = (1n << ROW_BITS) - 1n;

/** Above all keys. */
export const KEY_LIMIT = 1n << (32n + DIRECTION_BITS + ROW_BITS);

/** @throws RangeError for a row that does not fit: half a billion messages */
export function searchKey(direction: Direction, row: number, timeS: number): bigint {
  if (BigInt(row) > ROW_MASK) throw new RangeError('too many messages for the search index');
  const time = BigInt(Math.min(Math.max(Math.trunc(timeS), 0), MAX_TIME_S));
  const side = direction === 'out' ? 1n : 0n;
  return (((time << DIRECTION_BITS) | side) << ROW_BITS) | BigInt(row);
}

export function rowOfKey(key: bigint): { direction: Direction; row: number } {
  const side = (key >> ROW_BITS) & 1n;
  return { direction: side === 1n ? 'out' : 'in', row: Number(key & ROW_MASK) };
}
