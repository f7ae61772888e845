import { FULL_NET_ADDR_BYTES, MAX_ADDR_ENTRIES } from './limits.js';
import { readNetAddr, writeNetAddr, type NetAddr } from './net-addr.js';
import { Reader } from './reader.js';
import { Writer } from './writer.js';

/** The full form of a network address: 38 bytes. */
export interface AddrEntry extends NetAddr {
  /** When the node was seen last, unix seconds; at most 2^53 - 1. */
  readonly timeS: number;
  readonly stream: number;
}

/** varint count ‖ count × (time u64, stream u32, services u64, IP(16), port u16). Protocol: addr. */
export function encodeAddr(entries: readonly AddrEntry[]): Uint8Array {
  if (entries.length > MAX_ADDR_ENTRIES) throw new RangeError('too many entries for one addr');
  const writer = new Writer().varint(entries.length);
  for (const entry of entries) {
    writer.u64(entry.timeS).u32(entry.stream);
    writeNetAddr(writer, entry);
  }
  return writer.finish();
}

/**
 * Says what is in the packet; whether an entry is worth keeping is the node book's business.
 * @throws WireError; for more than 1,000 entries with code `excessive-data`
 */
export function decodeAddr(payload: Uint8Array): AddrEntry[] {
  const reader = new Reader(payload);
  const entries: AddrEntry[] = [];
  for (let left = reader.count(MAX_ADDR_ENTRIES, FULL_NET_ADDR_BYTES); left > 0; left--) {
    const timeS = reader.u64Clamped();
    const stream = reader.u32();
    entries.push({ timeS, stream, ...readNetAddr(reader) });
  }
  return entries;
}
