/**
 * What happens in the node, as one ordered log with increasing ids: the web page, the typed client,
 * the notify hook, IMAP IDLE and web hooks all follow it. Events carry no message text beyond the
 * subject; who wants the body reads the row.
 */
import type { PowProgress } from '../pow/solver.js';
import type { MailboxKey } from '../store/mailbox/mailbox-repository.js';
import type { InboxRecord, SentStatus, TextBytes } from '../store/repositories.js';
import type { Clock } from '../util/clock.js';
import { Emitter } from '../util/emitter.js';
import type { Condition } from './health/conditions.js';

export interface ReceivedMail {
  /** 32-byte inventory hash: the key of the inbox row. */
  readonly msgid: Uint8Array;
  /** Own address, or `[Broadcast subscribers]`. */
  readonly toAddress: string;
  readonly fromAddress: string;
  readonly subject: TextBytes;
  readonly encoding: number;
  readonly receivedS: number;
}

export interface SentStateChange {
  readonly ackData: Uint8Array;
  readonly toAddress: string;
  readonly fromAddress: string;
  /** Undefined when the message is new. */
  readonly from: SentStatus | undefined;
  readonly to: SentStatus;
  /** As in the row: why, when that is worth telling; ''. */
  readonly reason: string;
}

export interface PeerName {
  readonly host: string;
  readonly port: number;
  readonly inbound: boolean;
}

export interface NodeEvents {
  messageReceived: ReceivedMail;
  broadcastReceived: ReceivedMail;
  sentStateChanged: SentStateChange;
  identityCreated: { readonly address: string; readonly chan: boolean };
  identityChanged: { readonly address: string };
  identityRemoved: { readonly address: string };
  /** A public key is being asked for: the getpubkey object is on its way. */
  keyRequested: { readonly address: string };
  /** The public key of an own address has been published. */
  keyAnswered: { readonly address: string };
  /** The public key of somebody else became known or newer. */
  keyLearned: { readonly address: string };
  powStarted: { readonly purpose: string; readonly expectedTrials: number };
  /** Every few seconds while work runs: passing, a follower that reconnects is not given it. */
  powProgress: PowProgress;
  powDone: { readonly purpose: string; readonly trials: number; readonly elapsedMs: number };
  /** An object of our own went into the inventory and is being announced. */
  objectPublished: { readonly hash: Uint8Array; readonly type: number };
  /** A person or program moved or labelled mail; without keys when there were too many. */
  messagesChanged: {
    readonly keys: readonly MailboxKey[] | undefined;
    readonly change: 'labels' | 'trashed' | 'restored' | 'deleted' | 'accepted';
  };
  draftChanged: { readonly id: string; readonly deleted: boolean };
  bookChanged: {
    readonly book: 'contacts' | 'subscriptions' | 'blacklist' | 'whitelist' | 'mode';
    readonly address?: string;
  };
  settingsChanged: { readonly names: readonly string[] };
  peerUp: PeerName & { readonly userAgent: string };
  peerDown: PeerName & { readonly reason: string };
  networkChanged: { readonly status: string; readonly peers: number };
  /** Objects known to exist that are still to be fetched. */
  syncProgress: { readonly objects: number; readonly pendingDownloads: number };
  takeoverProgress: { readonly what: string; readonly done: number; readonly total: number };
  /** Something is wrong with disk, clock, network or handles, or is over. */
  conditionChanged: { readonly condition: Condition; readonly active: boolean };
  /** What a person should see: a word for programs, and English text. */
  warning: { readonly code: string; readonly text: string };
  /** Text that a program wrote into the status bar. */
  notice: { readonly text: string };
}

export type NodeEventName = keyof NodeEvents;

/** What an event tells of a new row of the inbox: not the body, the log would hold too much. */
export function receivedMail(row: InboxRecord): ReceivedMail {
  const { msgid, toAddress, fromAddress, subject, encoding, receivedS } = row;
  return { msgid, toAddress, fromAddress, subject, encoding, receivedS };
}

/** An event as the log keeps it. */
export type LoggedEvent = {
  [Name in NodeEventName]: {
    /** Grows with every event, also over restarts (it begins at the time of the start). */
    readonly id: number;
    readonly atMs: number;
    readonly name: Name;
    readonly event: NodeEvents[Name];
  };
}[NodeEventName];

/** Old at once: not kept for followers that reconnect. */
const PASSING: ReadonlySet<NodeEventName> = new Set([
  'powProgress',
  'syncProgress',
  'takeoverProgress',
]);

/** How many past events a follower that reconnects can still be given. */
const KEPT_EVENTS = 1_000;

/** Ids begin at `start time in ms * this`: room for a thousand events per millisecond of life. */
const IDS_PER_MS = 1_000;

export class NodeEventLog extends Emitter<NodeEvents> {
  readonly #clock: Clock;
  readonly #kept: LoggedEvent[] = [];
  readonly #followers = new Set<(event: LoggedEvent) => void>();
  readonly #onHandlerError: ((error: unknown) => void) | undefined;
  #lastId: number;
  /** Of the newest event that is not kept any more. */
  #goneId: number;

  /** @param onError told of an exception thrown by a handler or follower. */
  constructor(clock: Clock, onError?: (error: unknown) => void) {
    super(onError);
    this.#onHandlerError = onError;
    this.#clock = clock;
    this.#lastId = clock.nowMs() * IDS_PER_MS;
    this.#goneId = this.#lastId;
  }

  /** Id of the newest event; where a follower without a past begins. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Calls back for every later event of any name, in order; the returned function ends it. */
  follow(handler: (event: LoggedEvent) => void): () => void {
    this.#followers.add(handler);
    return () => void this.#followers.delete(handler);
  }

  /**
   * The kept events with an id above `id`, oldest first. `complete` is false when older ones that
   * the follower has not seen are gone: it has to read the present state anew.
   */
  since(id: number): { events: LoggedEvent[]; complete: boolean } {
    const events = this.#kept.filter((event) => event.id > id);
    return { events, complete: id >= this.#goneId && id <= this.#lastId };
  }

  #keep(logged: LoggedEvent): void {
    this.#kept.push(logged);
    if (this.#kept.length > KEPT_EVENTS) this.#goneId = this.#kept.shift()?.id ?? this.#goneId;
  }

  override emit<Name extends NodeEventName>(name: Name, event: NodeEvents[Name]): void {
    this.#lastId += 1;
    const logged = { id: this.#lastId, atMs: this.#clock.nowMs(), name, event } as LoggedEvent;
    if (!PASSING.has(name)) this.#keep(logged);
    super.emit(name, event);
    for (const follower of [...this.#followers]) {
      try {
        follower(logged);
      } catch (error) {
        this.#onHandlerError?.(error);
      }
    }
  }
}
