/** Sets of IP addresses, written as single addresses and as networks (192.0.2.0/24, 2001:db8::/32). */
import { BlockList, isIP, isIPv4 } from 'node:net';

const MAX_PREFIX = { ipv4: 32, ipv6: 128 } as const;

export interface AddressRange {
  /** First address, or any of the network. */
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  /** Leading bits that count. */
  readonly prefix: number;
}

/** Undefined when it is neither an address nor a network. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim());
  const address = plainAddress(match?.[1] ?? '');
  if (isIP(address) === 0) return undefined;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const longest = MAX_PREFIX[family];
  const prefix = match?.[2] === undefined ? longest : Number(match[2]);
  return prefix <= longest ? { address, family, prefix } : undefined;
}

/** An IPv4 address in IPv6 form, as sockets that listen on both give it, is that IPv4 address. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

export class AddressRanges {
  readonly #list = new BlockList();
  readonly isEmpty: boolean;

  constructor(ranges: Iterable<AddressRange>) {
    const all = [...ranges];
    this.isEmpty = all.length === 0;
    for (const { address, prefix, family } of all) this.#list.addSubnet(address, prefix, family);
  }

  /** False for everything that is no IP address. */
  has(address: string): boolean {
    if (this.isEmpty) return false;
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  }
}
