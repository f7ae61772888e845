/** Followers of the events over HTTP: server-sent events. [HTML standard, 9.2] */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../util/clock.js';
import type { EventFeed } from './event-feed.js';
import type { NativeEvent } from './schema/events.js';

/** Streams at once; a browser's tabs have one each. */
const MAX_STREAMS = 64;
/** Keeps proxies and watchdogs from taking silence for a dead connection. */
const BEAT_PERIOD_MS = 15_000;
/** What a client that does not read may have waiting; then its connection is closed. */
const MAX_WAITING_BYTES = 1_048_576;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Accel-Buffering': 'no',
} as const;

export class EventStreams {
  readonly #feed: EventFeed;
  readonly #clock: Clock;
  readonly #streams = new Map<ServerResponse, () => void>();
  #timer: Timer | undefined;

  constructor(feed: EventFeed, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
  }

  start(): void {
    this.#feed.start();
    this.#timer = this.#clock.setInterval(() => {
      for (const response of this.#streams.keys()) this.#write(response, ':\n\n');
    }, BEAT_PERIOD_MS);
  }

  async stop(): Promise<void> {
    this.#clock.clear(this.#timer);
    this.endAll();
    await this.#feed.stop();
  }

  get size(): number {
    return this.#streams.size;
  }

  /** The node stops, or a log-in ended: clients connect again if they may. */
  endAll(): void {
    for (const response of [...this.#streams.keys()]) response.end();
  }

  open(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (this.#streams.size >= MAX_STREAMS) return reply.code(503).send();
    const after = lastIdOf(request);
    if (after === null) return reply.code(400).send();
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, HEADERS);
    response.once('close', () => {
      this.#streams.get(response)?.();
      this.#streams.delete(response);
    });
    // A comment first: the client knows that it is in.
    response.write(':\n\n');
    this.#streams.set(response, () => undefined);
    const tell = (event: NativeEvent): void => this.#write(response, eventText(event));
    this.#streams.set(response, this.#feed.follow(tell, after));
    return reply;
  }

  #write(response: ServerResponse, text: string): void {
    if (response.writableEnded || response.destroyed) return;
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
    else response.write(text);
  }
}

function eventText(event: NativeEvent): string {
  return `id: ${event.id}\nevent: ${event.name}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Undefined for none, null for one that is no number. */
function lastIdOf({ headers, query }: FastifyRequest): number | undefined | null {
  const asked = (query as Readonly<Record<string, unknown>>)['after'];
  const given = headers['last-event-id'] ?? asked;
  if (given === undefined || given === '') return undefined;
  return typeof given === 'string' && /^\d{1,16}$/.test(given) ? Number(given) : null;
}
