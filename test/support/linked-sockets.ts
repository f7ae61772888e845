/** Two ends of a connection within the process: what one writes the other reads. */
import { Duplex } from 'node:stream';

class LinkedSocket extends Duplex {
  other: LinkedSocket | undefined;
  #pending: (() => void) | undefined;
  readonly #maxChunkBytes: number;

  constructor(maxChunkBytes: number) {
    super({ allowHalfOpen: false });
    this.#maxChunkBytes = maxChunkBytes;
  }

  override _read(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.();
  }

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    const { other } = this;
    if (!other || other.destroyed) {
      callback();
      return;
    }
    let hasRoom = true;
    for (let start = 0; start < chunk.length; start += this.#maxChunkBytes) {
      hasRoom = other.push(Buffer.from(chunk.subarray(start, start + this.#maxChunkBytes)));
    }
    // As with a socket, a reader that does not read fills up the writer.
    if (hasRoom) setImmediate(callback);
    else other.#pending = callback;
  }

  override _final(callback: () => void): void {
    this.other?.push(null);
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const { other } = this;
    if (other && !other.destroyed) setImmediate(() => other.push(null));
    callback(error);
  }
}

/**
 * @param maxChunkBytes writes arrive cut into pieces of at most this many bytes
 */
export function createLinkedSockets(maxChunkBytes = 65_536): [Duplex, Duplex] {
  const a = new LinkedSocket(maxChunkBytes);
  const b = new LinkedSocket(maxChunkBytes);
  a.other = b;
  b.other = a;
  return [a, b];
}
