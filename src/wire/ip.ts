/** IP addresses as 16 bytes: IPv4 in its IPv4-mapped form `::ffff:a.b.c.d` [protocol.py:encodeHost]. */
import { isIPv4, isIPv6 } from 'node:net';

export const IP_BYTES = 16;

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * The 16 bytes of an IPv4 or IPv6 address in text form; undefined for anything else. A zone
 * (`%eth0`) is left out.
 */
export function parseIp(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return new Uint8Array([...MAPPED_PREFIX, ...text.split('.').map(Number)]);
  if (!isIPv6(text)) return undefined;
  const address = text.replace(/%.*$/, '').replace(/[0-9.]*\.[0-9.]*$/, dottedAsGroups);
  const [head = '', tail] = address.split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const words = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return new Uint8Array(words.flatMap((word) => [word >> 8, word & 255]));
}

/** The four bytes of an IPv4 address, or undefined when it is IPv6. */
export function ipv4Part(bytes: Uint8Array): Uint8Array | undefined {
  return MAPPED_PREFIX.every((byte, index) => bytes[index] === byte)
    ? bytes.subarray(12)
    : undefined;
}

/** Dotted IPv4, or IPv6 in the short lower-case form of RFC 5952. */
export function ipText(bytes: Uint8Array): string {
  const ipv4 = ipv4Part(bytes);
  if (ipv4) return ipv4.join('.');
  const words: number[] = [];
  for (let i = 0; i < IP_BYTES; i += 2) words.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  const [start, length] = longestZeroRun(words);
  const text = (part: number[]): string => part.map((word) => word.toString(16)).join(':');
  if (length < 2) return text(words);
  return `${text(words.slice(0, start))}::${text(words.slice(start + length))}`;
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
}

function dottedAsGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** Start and length of the first longest run of zeros. */
function longestZeroRun(words: number[]): [number, number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < words.length; start++) {
    let length = 0;
    while (words[start + length] === 0) length++;
    if (length > best[1]) best = [start, length];
  }
  return best;
}
