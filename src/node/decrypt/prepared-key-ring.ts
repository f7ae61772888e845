import type { PreparedKeys, TrialKernel } from '../../crypto/curve-kernel.js';
import type { TrialKey } from './decrypt-service.js';

/** Keys in the kernel's form, in no particular order: adding and removing one cost the same with many. */
export class PreparedKeyRing {
  readonly #kernel: TrialKernel;
  readonly #ids: string[] = [];
  readonly #places = new Map<string, number>();
  /** Room for more keys than there are: it doubles when it is full. */
  #bytes = new Uint8Array(0);
  #keyBytes = 0;

  constructor(kernel: TrialKernel) {
    this.#kernel = kernel;
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  get keys(): PreparedKeys {
    return { count: this.#ids.length, bytes: this.#bytes };
  }

  /** @param keys all valid; a name that is there gets the new key */
  add(keys: readonly TrialKey[]): void {
    if (keys.length === 0) return;
    const { bytes } = this.#kernel.prepareKeys(keys.map(({ key }) => key));
    this.#keyBytes = bytes.length / keys.length;
    this.#makeRoom(this.#ids.length + keys.length);
    for (const [i, { id }] of keys.entries()) {
      const place = this.#places.get(id) ?? this.#ids.length;
      const from = i * this.#keyBytes;
      this.#bytes.set(bytes.subarray(from, from + this.#keyBytes), place * this.#keyBytes);
      this.#ids[place] = id;
      this.#places.set(id, place);
    }
  }

  /** The last key moves to the place of each that goes. */
  remove(ids: readonly string[]): void {
    for (const id of ids) {
      const place = this.#places.get(id);
      const last = this.#ids.at(-1);
      if (place === undefined || last === undefined) continue;
      const end = this.#ids.length * this.#keyBytes;
      this.#bytes.copyWithin(place * this.#keyBytes, end - this.#keyBytes, end);
      this.#bytes.fill(0, end - this.#keyBytes, end);
      this.#ids[place] = last;
      this.#places.set(last, place);
      this.#ids.pop();
      this.#places.delete(id);
    }
  }

  #makeRoom(count: number): void {
    const needed = count * this.#keyBytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes.fill(0);
    this.#bytes = larger;
  }
}
