/** Says in a line, when it changes, whether the node has peers. */
import type { Clock, Timer } from '../util/clock.js';

export interface PeerSource {
  connections(): readonly { readonly established: boolean }[];
  readonly events: {
    on(name: 'peerUp' | 'peerDown', handler: () => void): () => void;
  };
}

/** When nobody was found by then, that is said. */
const FIRST_REPORT_MS = 30_000;

export class PeerReport {
  readonly #network: PeerSource;
  readonly #print: (line: string) => void;
  readonly #clock: Clock;
  readonly #ends: (() => void)[] = [];
  #timer: Timer | undefined;
  #hadPeers = false;

  constructor(network: PeerSource, print: (line: string) => void, clock: Clock) {
    this.#network = network;
    this.#print = print;
    this.#clock = clock;
  }

  /** @param looking false: nobody is dialled, so nobody is missed. */
  start(looking: boolean): void {
    const changed = (): void => this.#changed();
    this.#ends.push(
      this.#network.events.on('peerUp', changed),
      this.#network.events.on('peerDown', changed),
    );
    changed(); // Some may have come before.
    if (!looking) return;
    this.#timer = this.#clock.setTimeout(() => {
      const count = this.#count();
      this.#print(
        count === 0
          ? 'peers: found none so far; chans, own addresses and the API work, the search goes on'
          : `peers: ${count} connected`,
      );
    }, FIRST_REPORT_MS);
  }

  stop(): void {
    this.#clock.clear(this.#timer);
    for (const end of this.#ends.splice(0)) end();
  }

  #count(): number {
    return this.#network.connections().filter((peer) => peer.established).length;
  }

  #changed(): void {
    const count = this.#count();
    if (count > 0 === this.#hadPeers) return;
    this.#hadPeers = count > 0;
    this.#print(count > 0 ? `peers: ${count} connected` : 'peers: all connections are gone');
  }
}
