/**
 * Follows a node's events through fetch, which Node has, too, and which can send headers. Connects again
 * after the last event seen, so that nothing is missed; what the node does not know any more it
 * replaces by `resync`.
 */
import type { NativeEvent } from '../api/native/schema/events.js';
import { ConnectionError } from './errors.js';
import { EventParser } from './event-parser.js';
import type { Transport } from './transport.js';

/** Waits between two attempts: the first, doubled up to the last. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** The node sends something every 15 seconds: longer silence is a dead connection. */
const SILENCE_LIMIT_MS = 45_000;

export type StreamState = 'connecting' | 'open' | 'waiting' | 'ended';

export interface EventStreamOptions {
  /** Id of the last event known, as `lastEventId` of node.info; default: what happens from now on. */
  readonly after?: number;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
  readonly onState?: (state: StreamState) => void;
}

export class EventStream implements AsyncIterable<NativeEvent> {
  readonly #transport: Transport;
  readonly #options: EventStreamOptions;
  readonly #abort = new AbortController();
  #lastId: string | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(transport: Transport, options: EventStreamOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#lastId = options.after === undefined ? undefined : String(options.after);
    const { signal } = options;
    if (signal?.aborted) this.close();
    else signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  close(): void {
    this.#abort.abort();
  }

  /** Ends when it is closed. @throws ConnectionError when the node does not let us in (any more) */
  async *[Symbol.asyncIterator](): AsyncGenerator<NativeEvent, void, undefined> {
    try {
      while (!this.#isClosed()) {
        yield* this.#connection();
        if (this.#isClosed()) return;
        this.#tell('waiting');
        await pause(this.#retryMs, this.#abort.signal);
        this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      }
    } finally {
      this.close();
      this.#tell('ended');
    }
  }

  /** Until this connection ends, for whatever reason that may pass. */
  async *#connection(): AsyncGenerator<NativeEvent, void, undefined> {
    const watchdog = new Watchdog(this.#abort.signal);
    try {
      this.#tell('connecting');
      const headers = this.#lastId === undefined ? {} : { 'Last-Event-ID': this.#lastId };
      const request = { method: 'GET', path: '/events', headers, signal: watchdog.signal } as const;
      const { body } = await this.#transport.request(request);
      if (!body) return;
      this.#tell('open');
      const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
      const decoder = new TextDecoder();
      const parser = new EventParser();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        watchdog.alive();
        this.#retryMs = FIRST_RETRY_MS;
        for (const { id, data } of parser.push(decoder.decode(value, { stream: true }))) {
          this.#lastId = id;
          yield JSON.parse(data) as NativeEvent;
        }
      }
    } catch (error) {
      const isFinal = error instanceof ConnectionError && error.failure !== 'unreachable';
      if (isFinal && error.failure !== 'too-many') throw error;
      if (error instanceof SyntaxError || error instanceof TypeError) return;
      if (!isPassing(error)) throw error;
    } finally {
      watchdog.end();
    }
  }

  /** A method: it changes while something is awaited. */
  #isClosed(): boolean {
    return this.#abort.signal.aborted;
  }

  #tell(state: StreamState): void {
    this.#options.onState?.(state);
  }
}

/** Ends a connection that has gone silent. */
class Watchdog {
  readonly #abort = new AbortController();
  readonly #outer: AbortSignal;
  readonly #onOuter = (): void => this.#abort.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: AbortSignal) {
    this.#outer = outer;
    if (outer.aborted) this.#abort.abort();
    outer.addEventListener('abort', this.#onOuter, { once: true });
    this.alive();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  alive(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(), SILENCE_LIMIT_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#onOuter);
    // Whoever stopped listening early leaves no open request behind.
    this.#abort.abort();
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof Error && error.name === 'AbortError';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
