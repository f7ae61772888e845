import type { FeedEntry } from '../../store/repositories.js';
import type { InventoryRepository } from '../../store/inventory-repository.js';
import { decodeHeader } from '../../objects/object.js';
import type { ReceivedObject } from './effect.js';
import { WorkQueue } from './work-queue.js';

/** Objects in the queue: some 10 MB of numbers. What comes then waits in the inventory. */
const MAX_QUEUED = 65_536;

/** Objects themselves kept in memory, bytes: normally all that wait. The others are read again. */
const MAX_HELD_BYTES = 8 * 1024 * 1024;

export interface Queued {
  readonly seq: number;
  readonly received: ReceivedObject;
}

/** What waits for trial decryption: numbers, and as many of the objects as there is room for. */
export class TrialQueue {
  readonly #inventory: Pick<InventoryRepository, 'readEntries'>;
  #order = new WorkQueue();
  readonly #held = new Map<number, ReceivedObject>();
  #heldBytes = 0;

  constructor(inventory: Pick<InventoryRepository, 'readEntries'>) {
    this.#inventory = inventory;
  }

  get size(): number {
    return this.#order.size;
  }

  get isFull(): boolean {
    return this.#order.size >= MAX_QUEUED;
  }

  /** @param value of the proof of work: the less, the earlier its turn */
  add(seq: number, received: ReceivedObject, value: number): void {
    this.#order.add(seq, value);
    const { length } = received.object;
    if (this.#heldBytes + length > MAX_HELD_BYTES) return;
    this.#held.set(seq, received);
    this.#heldBytes += length;
  }

  /** Up to so many, in the order of their turns; `gone` are those that the inventory lost meanwhile. */
  async take(most: number): Promise<{ found: Queued[]; gone: number[] }> {
    const turns: number[] = [];
    while (turns.length < most) {
      const seq = this.#order.take();
      if (seq === undefined) break;
      turns.push(seq);
    }
    const missing = turns.filter((seq) => !this.#held.has(seq));
    const entries = missing.length > 0 ? await this.#inventory.readEntries(missing) : [];
    const bySeq = new Map(entries.map((entry) => [entry.seq, entry]));
    const found: Queued[] = [];
    const gone: number[] = [];
    for (const seq of turns) {
      const received = this.#release(seq) ?? receivedOf(bySeq.get(seq));
      if (received) found.push({ seq, received });
      else gone.push(seq);
    }
    return { found, gone };
  }

  clear(): void {
    this.#order = new WorkQueue();
    this.#held.clear();
    this.#heldBytes = 0;
  }

  #release(seq: number): ReceivedObject | undefined {
    const received = this.#held.get(seq);
    this.#held.delete(seq);
    this.#heldBytes -= received?.object.length ?? 0;
    return received;
  }
}

function receivedOf(entry: FeedEntry | undefined): ReceivedObject | undefined {
  return entry && { hash: entry.hash, object: entry.object, header: decodeHeader(entry.object) };
}
