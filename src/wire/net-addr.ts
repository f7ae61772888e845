import { concatBytes, equalBytes, toHex } from '../util/bytes.js';
import { WireError } from './errors.js';
import { IP_BYTES, ipText, ipv4Part, parseIp } from './ip.js';
import { isOnionHost, onionName, ONION_V3_BYTES, parseOnion } from './onion.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

/** fd87:d87e:eb43::/48: what follows is an onion name [protocol.py:encodeHost]. */
const ONION_PREFIX = new Uint8Array([0xfd, 0x87, 0xd8, 0x7e, 0xeb, 0x43]);

/** The short form of a network address, as in `version`: 26 bytes. */
export interface NetAddr {
  readonly services: bigint;
  /** Dotted IPv4, IPv6 in its short form, or a name ending in `.onion`. */
  readonly host: string;
  readonly port: number;
}

/**
 * 16 bytes of an IP address or a version 2 onion name, 41 bytes of a version 3 one (which fits into
 * onionpeer objects only); undefined for other texts.
 */
export function parseHost(host: string): Uint8Array | undefined {
  if (!isOnionHost(host)) return parseIp(host);
  const name = parseOnion(host);
  return name && concatBytes(ONION_PREFIX, name);
}

/** {@link parseHost} of a host that is known to be one. @throws RangeError when it is not */
export function encodeHost(host: string): Uint8Array {
  const bytes = parseHost(host);
  if (!bytes) throw new RangeError('neither an IP address nor an onion name');
  return bytes;
}

/**
 * Text of 16 or 41 bytes.
 * @throws WireError `protocol` for another length, or 41 bytes that are no onion name
 */
export function decodeHost(bytes: Uint8Array): string {
  const isOnion = equalBytes(bytes.subarray(0, ONION_PREFIX.length), ONION_PREFIX);
  const isLong = bytes.length === ONION_PREFIX.length + ONION_V3_BYTES;
  if (isLong ? !isOnion : bytes.length !== IP_BYTES) {
    throw new WireError('protocol', 'not the bytes of a host');
  }
  return isOnion ? onionName(bytes.subarray(ONION_PREFIX.length)) : ipText(bytes);
}

/** services u64 ‖ IP(16) ‖ port u16. */
export function readNetAddr(reader: Reader): NetAddr {
  return { services: reader.u64(), host: decodeHost(reader.bytes(IP_BYTES)), port: reader.u16() };
}

/** A host that does not fit into 16 bytes: RangeError. */
export function writeNetAddr(writer: Writer, { services, host, port }: NetAddr): void {
  const bytes = encodeHost(host);
  if (bytes.length !== IP_BYTES) throw new RangeError('host does not fit into a network address');
  writer.u64(services).bytes(bytes).u16(port);
}

/** A range of addresses: the first bytes, and how many bits of them count. */
type Range = readonly [bits: number, ...prefix: number[]];

const PRIVATE_IPV4: readonly Range[] = [
  [8, 127],
  [8, 10],
  [16, 192, 168],
  [12, 172, 16],
  [16, 169, 254],
];

const RESERVED_IPV4: readonly Range[] = [
  ...PRIVATE_IPV4,
  [8, 0],
  [10, 100, 64], // shared address space of carriers, RFC 6598
  [24, 192, 0, 0], // protocol assignments, RFC 6890
  [24, 192, 0, 2], // documentation, RFC 5737
  [15, 198, 18], // benchmarks, RFC 2544
  [24, 198, 51, 100], // documentation
  [24, 203, 0, 113], // documentation
  [4, 224], // multicast
  [4, 240], // reserved, and 255.255.255.255
];

const PRIVATE_IPV6: readonly Range[] = [
  [128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], // ::1
  [10, 0xfe, 0x80], // link-local
  [7, 0xfc], // unique local
];

const RESERVED_IPV6: readonly Range[] = [
  ...PRIVATE_IPV6,
  [96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], // :: and IPv4-compatible
  [8, 0xff], // multicast
  [32, 0x20, 0x01, 0x0d, 0xb8], // documentation
  [96, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], // NAT64: whatever IPv4 is inside
  [64, 0x01, 0x00, 0, 0, 0, 0, 0, 0], // discard
  [10, 0xfe, 0xc0], // site-local
  [32, 0x20, 0x01, 0, 0], // Teredo
];

/**
 * True for an IP address that anybody on the internet can reach, i.e. that may be taken from and put
 * into `addr`. Stricter than [protocol.py:checkIPAddress], which lets multicast, link-local IPv4,
 * documentation and reserved ranges pass. Onion names are not IP addresses: false.
 */
export function isGlobalHost(host: string): boolean {
  const bytes = parseIp(host);
  if (bytes === undefined || isInRanges(bytes, RESERVED_IPV4, RESERVED_IPV6)) return false;
  const tunnelled = is6to4(bytes) ? bytes.subarray(2, 6) : undefined;
  return !tunnelled || !RESERVED_IPV4.some((range) => isInRange(tunnelled, range));
}

/** True for an IP address of this machine or a local network. Unlike PyBitmessage's, includes ::1. */
export function isPrivateHost(host: string): boolean {
  const bytes = parseIp(host);
  return bytes !== undefined && isInRanges(bytes, PRIVATE_IPV4, PRIVATE_IPV6);
}

/**
 * Hosts of one group are likely one operator's: IPv4 /16, IPv6 /32 (the IPv4 group for 6to4), each
 * onion name its own, `IPv4`/`IPv6` for whatever is not global. After [protocol.py:network_group],
 * which takes /96 of IPv6 and so makes no real groups there.
 */
export function networkGroup(host: string): string {
  const bytes = parseIp(host);
  if (!bytes) return host;
  const ipv4 = ipv4Part(bytes);
  if (!isGlobalHost(host)) return ipv4 ? 'IPv4' : 'IPv6';
  if (ipv4) return toHex(ipv4.subarray(0, 2));
  return toHex(is6to4(bytes) ? bytes.subarray(2, 4) : bytes.subarray(0, 4));
}

/** 2002::/16: IPv6 carried to the IPv4 address in its next four bytes. */
function is6to4(bytes: Uint8Array): boolean {
  return ipv4Part(bytes) === undefined && bytes[0] === 0x20 && bytes[1] === 0x02;
}

function isInRanges(bytes: Uint8Array, ipv4: readonly Range[], ipv6: readonly Range[]): boolean {
  const short = ipv4Part(bytes);
  const address = short ?? bytes;
  return (short ? ipv4 : ipv6).some((range) => isInRange(address, range));
}

function isInRange(address: Uint8Array, [bits, ...prefix]: Range): boolean {
  return prefix.every((byte, index) => {
    const unused = Math.max(0, 8 - (bits - index * 8));
    return (address[index] ?? 0) >> unused === byte >> unused;
  });
}
