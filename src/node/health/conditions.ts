/**
 * What is wrong with the machine under the node at the moment: named conditions that begin and end by
 * themselves. Each is one line of the log when it begins and one when it ends, however often it is
 * noticed in between. The node goes on in all of them; API, page, /readyz and /metrics show the list.
 */
import type { Clock } from '../../util/clock.js';
import type { Log } from '../../util/log.js';

/** Closed list, and what the person who runs the node can do about each. */
export const CONDITIONS = {
  'storage-full': {
    meaning: 'The disk is full: nothing new is stored, what is there is kept.',
    remedy: 'Free space on the disk of the data directory, or give it more.',
  },
  'storage-low': {
    meaning: 'Less than storage.reserve is free: no objects of others are taken, mail is.',
    remedy: 'Free space on the disk of the data directory, or lower storage.reserve.',
  },
  'storage-read-only': {
    meaning: 'The disk does not let itself be written to: nothing new is stored.',
    remedy:
      'Look for disk errors in the log of the system; stop the node, check and mount the file ' +
      'system for writing, and start it again.',
  },
  'storage-failing': {
    meaning: 'The disk reports errors: nothing new is stored.',
    remedy: 'Look for disk errors in the log of the system, and at rights and owner of the files.',
  },
  'clock-jumped': {
    meaning: 'The clock of the machine was set, or the machine slept.',
    remedy: 'If the time is wrong now, set it right; nothing is thrown away for some minutes.',
  },
  'clock-wrong': {
    meaning: 'Most other nodes have another time.',
    remedy: 'Set the clock of the machine right (timedatectl set-ntp true).',
  },
  'no-network': {
    meaning: 'No other node can be reached.',
    remedy: 'Look at the network of the machine, its firewall and, where one is set, the proxy.',
  },
  'out-of-handles': {
    meaning: 'The process may open no more files and connections.',
    remedy:
      'Raise the limit of open files (ulimit -n, LimitNOFILE=), or lower ' +
      'bitmessagesettings.maxtotalconnections.',
  },
} as const satisfies Record<string, { meaning: string; remedy: string }>;

export type ConditionCode = keyof typeof CONDITIONS;

export const CONDITION_CODES = Object.keys(CONDITIONS) as ConditionCode[];

/** In these nothing can be stored: what is accepted could be lost. */
export const STOPS_STORING: readonly ConditionCode[] = [
  'storage-full',
  'storage-read-only',
  'storage-failing',
];

export interface Condition {
  readonly code: ConditionCode;
  /** Unix seconds, of the clock as it was then. */
  readonly sinceS: number;
  /** English: what was seen. */
  readonly text: string;
  /** English: what to do. */
  readonly remedy: string;
}

/** @param isActive false when it has ended */
export type ConditionHandler = (condition: Condition, isActive: boolean) => void;

export class Conditions {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #active = new Map<ConditionCode, Condition & { readonly beganMs: number }>();
  readonly #handlers = new Set<ConditionHandler>();

  constructor({ log, clock }: { log: Log; clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Begins a condition; nothing happens while it lasts already. @param text what was seen */
  begin(code: ConditionCode, text: string = CONDITIONS[code].meaning): void {
    if (this.#active.has(code)) return;
    const { remedy } = CONDITIONS[code];
    const began = { sinceS: this.#clock.nowS(), beganMs: this.#clock.monotonicMs() };
    const condition = { code, text, remedy, ...began };
    this.#active.set(code, condition);
    this.#log.warn({ condition: code, remedy }, text);
    this.#tell(condition, true);
  }

  /** Ends a condition; nothing happens when there is none. */
  end(code: ConditionCode): void {
    const condition = this.#active.get(code);
    if (!condition) return;
    this.#active.delete(code);
    const lastedS = Math.round((this.#clock.monotonicMs() - condition.beganMs) / 1000);
    this.#log.warn({ condition: code, lastedS }, `over: ${condition.text}`);
    this.#tell(condition, false);
  }

  has(code: ConditionCode): boolean {
    return this.#active.has(code);
  }

  /** Those that last at the moment, the oldest first. */
  list(): Condition[] {
    return [...this.#active.values()].map(({ code, sinceS, text, remedy }) => ({
      code,
      sinceS,
      text,
      remedy,
    }));
  }

  /** False while nothing can be stored: the node is up and not ready. */
  get canStore(): boolean {
    return !STOPS_STORING.some((code) => this.#active.has(code));
  }

  /** Whether the time of the machine can be relied on for throwing something away. */
  get isTimeSure(): boolean {
    return !this.#active.has('clock-jumped') && !this.#active.has('clock-wrong');
  }

  /** Calls back for each begin and end; the returned function ends it. */
  follow(handler: ConditionHandler): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  #tell(condition: Condition, isActive: boolean): void {
    for (const handler of [...this.#handlers]) handler(condition, isActive);
  }
}
