/** Recognises acknowledgements of own messages among all objects. [objects.md §10.3] */
import { ackKey } from '../objects/ack.js';
import { bytesKey } from '../util/bytes.js';

export class AckWatch {
  readonly #watched = new Set<string>();

  add(ackData: Uint8Array): void {
    this.#watched.add(bytesKey(ackData));
  }

  remove(ackData: Uint8Array): void {
    this.#watched.delete(bytesKey(ackData));
  }

  get size(): number {
    return this.#watched.size;
  }

  /** The watched ack data that this object carries. */
  match(object: Uint8Array): Uint8Array | undefined {
    const data = ackKey(object);
    return data && this.#watched.has(bytesKey(data)) ? data : undefined;
  }
}
