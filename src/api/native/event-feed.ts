/**
 * The node's events in this API's words, once for all who follow them: in order, with the ids of the
 * node's log. What happened is kept in memory for those who come back soon; who comes back after a
 * restart, or too late, is told to read everything anew (`resync`).
 */
import type { LoggedEvent } from '../../node/events.js';
import { errorText } from '../../util/errors.js';
import type { Log } from '../../util/log.js';
import type { NativeNode } from './context.js';
import { eventOf } from './event-data.js';
import type { NativeEvent } from './schema/events.js';

/** Events kept for those who come back: as many as the node's log keeps. */
const KEPT_EVENTS = 1_000;
/** Events that wait to be put into words; later ones are lost, and everybody is told to resync. */
const MAX_WAITING = 10_000;
/** Old at once. */
const PASSING: ReadonlySet<string> = new Set([
  'pow.progress',
  'sync.progress',
  'takeover.progress',
]);

export type Follower = (event: NativeEvent) => void;

export class EventFeed {
  readonly #node: NativeNode;
  readonly #log: Log;
  readonly #kept: NativeEvent[] = [];
  readonly #followers = new Set<Follower>();
  readonly #waiting: LoggedEvent[] = [];
  /** Of the newest event that is not kept, or that nobody saw. */
  #goneId: number;
  #lastId: number;
  #working: Promise<void> | undefined;
  #unfollow: (() => void) | undefined;

  constructor(node: NativeNode, log: Log) {
    this.#node = node;
    this.#log = log;
    this.#goneId = this.#lastId = node.events.lastId;
  }

  start(): void {
    this.#goneId = this.#lastId = this.#node.events.lastId;
    this.#unfollow = this.#node.events.follow((event) => this.#add(event));
  }

  async stop(): Promise<void> {
    this.#unfollow?.();
    this.#waiting.length = 0;
    this.#followers.clear();
    await this.#working;
  }

  /**
   * Calls back with what was missed, and from then on with every event.
   * @param after id of the last event seen; undefined: only what happens from now on
   * @returns ends it
   */
  follow(follower: Follower, after: number | undefined): () => void {
    if (after !== undefined) this.#catchUp(follower, after);
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  #catchUp(follower: Follower, after: number): void {
    if (after >= this.#goneId && after <= this.#node.events.lastId) {
      for (const event of this.#kept) if (event.id > after) follower(event);
      return;
    }
    const reason = after < this.#goneId && this.#kept.length > 0 ? 'gap' : 'restarted';
    follower(this.#resync(reason));
  }

  #resync(reason: 'gap' | 'restarted' | 'slow'): NativeEvent {
    return { id: this.#lastId, atMs: Date.now(), name: 'resync', data: { reason } };
  }

  #add(event: LoggedEvent): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#log.warn('too many events: followers have to read everything anew');
      this.#goneId = this.#lastId = event.id;
      this.#waiting.length = 0;
      this.#kept.length = 0;
      this.#tell(this.#resync('slow'));
      return;
    }
    this.#waiting.push(event);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    for (let logged = this.#waiting.shift(); logged; logged = this.#waiting.shift()) {
      const { id, atMs } = logged;
      try {
        const event = await eventOf(this.#node, logged);
        if (event) this.#keepAndTell({ id, atMs, ...event });
      } catch (error) {
        this.#log.warn({ error: errorText(error), event: logged.name }, 'event not told');
      }
      this.#lastId = Math.max(this.#lastId, id);
    }
  }

  #keepAndTell(event: NativeEvent): void {
    if (!PASSING.has(event.name)) this.#kept.push(event);
    if (this.#kept.length > KEPT_EVENTS) this.#goneId = this.#kept.shift()?.id ?? this.#goneId;
    this.#lastId = event.id;
    this.#tell(event);
  }

  #tell(event: NativeEvent): void {
    for (const follower of [...this.#followers]) follower(event);
  }
}
