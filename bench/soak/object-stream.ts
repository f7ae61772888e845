/** A peer that always has something new: announces objects and hands them out when they are asked for. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { inventoryHash } from '../../src/objects/object.js';
import { bytesKey } from '../../src/util/bytes.js';
import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { RawPeer } from '../../test/support/raw-peer.js';
import type { MakerRequest } from '../sync/object-maker.js';

export const OBJECTS_A_SECOND = 5;
export const OBJECT_BYTES = 1_024;
/** The least that is sent by the live network's programs. */
export const OBJECT_TTL_S = 300;
/** Made at once, for a minute. */
const BATCH = 60 * OBJECTS_A_SECOND;
const SILENCE_LIMIT_MS = 120_000;

const epochS = (): number => Math.floor(Date.now() / 1_000);

export class ObjectStream {
  readonly #peer: RawPeer;
  readonly #offered = new Map<string, Uint8Array>();
  #ready: Uint8Array[] = [];
  #making = false;
  #timer: NodeJS.Timeout | undefined;
  /** Objects announced, and objects asked for. */
  announced = 0;
  served = 0;

  private constructor(peer: RawPeer) {
    this.#peer = peer;
  }

  static async start(port: number): Promise<ObjectStream> {
    const stream = new ObjectStream(await RawPeer.establish(port, epochS()));
    await stream.#make();
    stream.#timer = setInterval(() => stream.#announce(), 1_000);
    void stream.#answer();
    return stream;
  }

  get isOpen(): boolean {
    return !this.#peer.isClosed;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#peer.close();
  }

  #announce(): void {
    if (this.#ready.length < BATCH / 2 && !this.#making) void this.#make();
    const next = this.#ready.splice(0, OBJECTS_A_SECOND);
    if (next.length === 0 || this.#peer.isClosed) return;
    const hashes = next.map((object) => {
      const hash = inventoryHash(object);
      this.#offered.set(bytesKey(hash), object);
      return hash;
    });
    this.announced += hashes.length;
    this.#peer.sendInventory('inv', ...hashes);
  }

  async #answer(): Promise<void> {
    while (!this.#peer.isClosed) {
      const packet = await this.#peer.nextWithin(SILENCE_LIMIT_MS);
      if (packet?.command === 'ping') this.#peer.send('pong');
      if (packet?.command !== 'getdata') continue;
      for (const hash of decodeInventoryVectors(packet.payload).hashes) {
        const key = bytesKey(hash);
        const object = this.#offered.get(key);
        if (object === undefined) continue;
        this.#offered.delete(key);
        this.served++;
        this.#peer.send('object', object);
      }
    }
  }

  async #make(): Promise<void> {
    this.#making = true;
    const nowS = epochS();
    const request: MakerRequest = {
      count: BATCH,
      bytes: OBJECT_BYTES,
      expiresS: nowS + OBJECT_TTL_S,
      nowS,
    };
    const worker = new Worker(new URL('../sync/object-maker.js', import.meta.url), {
      workerData: request,
    });
    const [made] = (await once(worker, 'message')) as [Uint8Array];
    for (let at = 0; at < made.length; at += OBJECT_BYTES) {
      this.#ready.push(made.slice(at, at + OBJECT_BYTES));
    }
    this.#making = false;
  }
}
