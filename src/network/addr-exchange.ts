import type { Clock } from '../util/clock.js';
import { shuffle } from '../util/random.js';
import { decodeAddr, encodeAddr, type AddrEntry } from '../wire/addr.js';
import { MAX_ADDR_ENTRIES, SERVICE } from '../wire/limits.js';
import { isGlobalHost, networkGroup } from '../wire/net-addr.js';
import { MAX_ADDR_ENTRIES_PER_PEER } from './limits.js';
import type { NodeBook } from './node-book.js';
import type { HostPort } from './options.js';
import type { PeerId, PeerLink } from './peer-link.js';

export interface AddrOptions {
  readonly streams: readonly number[];
  readonly maxAddrPerStreamSend: number;
}

/**
 * What peers tell each other about other nodes: once, at the begin of a connection, never passed on.
 * [tcp.py:sendAddr, bmproto.py:bm_command_addr]
 */
export class AddrExchange {
  readonly #options: AddrOptions;
  readonly #book: NodeBook;
  readonly #clock: Clock;
  /** Entries taken from a peer: one burst is enough, more would only push out what we know. */
  readonly #taken = new Map<PeerId, number>();

  constructor(options: AddrOptions, book: NodeBook, clock: Clock) {
    this.#options = options;
    this.#book = book;
    this.#clock = clock;
  }

  /**
   * Sends what we know about the peer's streams and, half as much each, their child streams.
   * @param own our addresses, if others are known to reach us there
   */
  greet(link: PeerLink, peerStreams: readonly number[], own: readonly HostPort[]): void {
    const max = this.#options.maxAddrPerStreamSend;
    const entries: AddrEntry[] = [];
    for (const stream of peerStreams.filter((one) => this.#options.streams.includes(one))) {
      for (const { host, port } of own) {
        if (isGlobalHost(host)) entries.push(this.#entry(host, port, stream, this.#clock.nowS()));
      }
      const parts = [
        { of: stream, max },
        { of: stream * 2, max: Math.floor(max / 2) },
        { of: stream * 2 + 1, max: Math.floor(max / 2) },
      ];
      for (const part of parts) {
        for (const { host, port, lastSeenS } of this.#book.sample(part.of, part.max)) {
          entries.push(this.#entry(host, port, part.of, lastSeenS));
        }
      }
    }
    shuffle(entries);
    for (let start = 0; start < entries.length; start += MAX_ADDR_ENTRIES) {
      link.send('addr', encodeAddr(entries.slice(start, start + MAX_ADDR_ENTRIES)));
    }
  }

  /** @throws WireError */
  receive(link: PeerLink & { readonly remote: HostPort }, payload: Uint8Array): void {
    const source = networkGroup(link.remote.host);
    let taken = this.#taken.get(link.id) ?? 0;
    for (const entry of decodeAddr(payload)) {
      if (taken >= MAX_ADDR_ENTRIES_PER_PEER) {
        link.reject('surplus-address');
        continue;
      }
      taken++;
      const isKept = this.#book.learn(entry, this.#options.streams, source);
      if (!isKept) link.reject('unkept-address');
    }
    this.#taken.set(link.id, taken);
  }

  removePeer(id: PeerId): void {
    this.#taken.delete(id);
  }

  #entry(host: string, port: number, stream: number, timeS: number): AddrEntry {
    return { timeS, stream, services: SERVICE.network, host, port };
  }
}
