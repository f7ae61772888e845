/** Objects and known nodes in memory, for tests of the network layer without a store. */
import { bytesKey } from '../../src/util/bytes.js';
import type { NetworkInventory } from '../../src/network/inventory.js';
import type { KnownNode } from '../../src/network/known-node.js';
import type { NodeBookStore } from '../../src/network/node-keeper.js';

type Entry = Parameters<NetworkInventory['add']>[0];

export class MemoryInventory implements NetworkInventory {
  readonly entries = new Map<string, Entry>();
  /** Objects asked for. */
  reads = 0;

  has(hash: Uint8Array): boolean {
    return this.entries.has(bytesKey(hash));
  }

  list(stream: number, nowS: number, firstByte: number): Uint8Array[] {
    return [...this.entries.values()]
      .filter((entry) => entry.stream === stream && entry.expiresS > nowS)
      .map((entry) => entry.hash)
      .filter((hash) => hash[0] === firstByte);
  }

  getMany(hashes: readonly Uint8Array[], maxBytes: number): Promise<(Uint8Array | undefined)[]> {
    const objects: (Uint8Array | undefined)[] = [];
    let bytes = 0;
    for (const hash of hashes) {
      if (bytes >= maxBytes) break;
      const object = this.entries.get(bytesKey(hash))?.object;
      objects.push(object);
      bytes += object?.length ?? 0;
    }
    this.reads += objects.length;
    return Promise.resolve(objects);
  }

  add(entry: Entry): Promise<boolean> {
    const key = bytesKey(entry.hash);
    if (this.entries.has(key)) return Promise.resolve(false);
    this.entries.set(key, entry);
    return Promise.resolve(true);
  }
}

export class MemoryNodeStore implements NodeBookStore {
  nodes: KnownNode[] = [];
  saves = 0;

  list(): Promise<KnownNode[]> {
    return Promise.resolve(this.nodes);
  }

  replaceAll(nodes: KnownNode[]): Promise<void> {
    this.saves++;
    this.nodes = nodes;
    return Promise.resolve();
  }
}
