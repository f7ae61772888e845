import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../util/clock.js';
import { encodePacket, type Command } from '../wire/packet.js';
import { DRAIN_TIMEOUT_MS, SEND_LIMIT_BYTES } from './limits.js';
import type { Throttle, ThrottleShare } from './throttle.js';

export interface PacketWriterEvents {
  /** The peer leaves too much unread, or for too long. */
  stuck(): void;
  /** There is room again. */
  drained(): void;
  /** Unsent bytes above which nothing more is queued. */
  highWaterBytes(): number;
}

/** The sending half of a connection: packets to bytes, and what happens when the peer does not read. */
export class PacketWriter {
  readonly #events: PacketWriterEvents;
  readonly #clock: Clock;
  #stream: Duplex;
  readonly #share: ThrottleShare;
  #sentBytes = 0;
  /** Runs while the send buffer, found full, is not empty again. */
  #drainTimer: Timer | undefined;

  constructor(
    stream: Duplex,
    events: PacketWriterEvents,
    { clock, throttle }: { clock: Clock; throttle: Throttle },
  ) {
    this.#events = events;
    this.#share = throttle.share(() => events.drained());
    this.#clock = clock;
    this.#stream = stream;
    stream.on('drain', this.#onDrain);
  }

  /** Headers and payloads, TLS not counted. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** More than the high-water mark waits to be sent. */
  get isFull(): boolean {
    return this.#stream.writableLength > this.#events.highWaterBytes();
  }

  /** From now on packets go here. */
  use(stream: Duplex): void {
    this.#stream.removeListener('drain', this.#onDrain);
    this.#stream = stream;
    stream.on('drain', this.#onDrain);
  }

  /** Whether nothing more should be queued; the peer has some time to change that. */
  checkRoom(): boolean {
    if (this.isFull) {
      this.#drainTimer ??= this.#clock.setTimeout(() => this.#events.stuck(), DRAIN_TIMEOUT_MS);
    }
    if (this.isFull) return true;
    if (this.#share.room === 0) this.#share.wait();
    return this.#share.isWaiting;
  }

  /** Bytes of what can wait that may be queued now. */
  get room(): number {
    return this.isFull ? 0 : Math.min(this.#events.highWaterBytes(), this.#share.room);
  }

  /** Queues a packet of an established connection. */
  send(command: Command, payload?: Uint8Array): void {
    this.#holdUntilEndOfTurn();
    this.write(command, payload);
    if (this.#stream.writableLength > SEND_LIMIT_BYTES) this.#events.stuck();
  }

  /** Sends a packet at once. */
  write(command: Command, payload?: Uint8Array, onSent?: () => void): void {
    if (this.#stream.destroyed || this.#stream.writableEnded) return;
    const packet = encodePacket(command, payload);
    this.#sentBytes += packet.length;
    this.#share.spend(packet.length);
    this.#stream.write(packet, onSent);
  }

  /** To be called at the end of the connection. */
  stop(): void {
    this.#share.close();
    this.#clock.clear(this.#drainTimer);
  }

  readonly #onDrain = (): void => {
    if (!this.#drainTimer) return;
    this.#clock.clear(this.#drainTimer);
    this.#drainTimer = undefined;
    this.#events.drained();
  };

  /** What is sent in one turn goes out together: a system call for many packets. */
  #holdUntilEndOfTurn(): void {
    if (this.#stream.writableCorked > 0) return;
    const stream = this.#stream;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }
}
