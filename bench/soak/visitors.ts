/** Peers that come, take something and go again, about so many at any moment. */
import { randomInt } from 'node:crypto';
import { SERVICE } from '../../src/wire/limits.js';
import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { RawPeer } from '../../test/support/raw-peer.js';

const SHORTEST_STAY_MS = 5_000;
const LONGEST_STAY_MS = 60_000;
/** Asked for by each visitor. */
const OBJECTS = 50;
const PAUSE_MS = 200;
/** So many of them speak TLS. */
const TLS_SHARE = 0.5;

export class Visitors {
  #isStopped = false;
  readonly #here = new Set<RawPeer>();
  /** Visits that began, and connections that were refused or ended in the handshake. */
  visits = 0;
  failures = 0;

  constructor(port: number, count: number) {
    for (let number = 0; number < count; number++) void this.#comeAndGo(port);
  }

  get present(): number {
    return this.#here.size;
  }

  stop(): void {
    this.#isStopped = true;
    for (const peer of this.#here) peer.close();
  }

  async #comeAndGo(port: number): Promise<void> {
    while (!this.#isStopped) {
      this.visits++;
      await this.#visit(port).catch(() => {
        this.failures++;
      });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #visit(port: number): Promise<void> {
    const isTls = randomInt(1_000) < TLS_SHARE * 1_000;
    const services = SERVICE.network | (isTls ? SERVICE.tls : 0n);
    const peer = await RawPeer.establish(port, Math.floor(Date.now() / 1_000), { services });
    if (isTls) await peer.startTls();
    this.#here.add(peer);
    try {
      await stay(peer, Date.now() + randomInt(SHORTEST_STAY_MS, LONGEST_STAY_MS));
    } finally {
      this.#here.delete(peer);
      peer.close();
    }
  }
}

async function stay(peer: RawPeer, untilMs: number): Promise<void> {
  let hasAsked = false;
  while (!peer.isClosed && Date.now() < untilMs) {
    const packet = await peer.nextWithin(untilMs - Date.now());
    if (packet?.command === 'ping') peer.send('pong');
    if (packet?.command !== 'inv' || hasAsked) continue;
    hasAsked = true;
    const { hashes } = decodeInventoryVectors(packet.payload);
    peer.sendInventory('getdata', ...hashes.slice(0, OBJECTS));
  }
}
