/**
 * Keeps the node going while its disk takes nothing. A request that the disk refused begins a
 * condition; from then on a look at the disk, less often each time, finds out whether it takes
 * something again. Background work waits meanwhile and is then done as if nothing had been; what is
 * asked over the API is refused at once.
 */
import type { StorageError, StorageTrouble } from '../../store/storage-error.js';
import { StorageError as RefusedError } from '../../store/storage-error.js';
import type { Clock, Timer } from '../../util/clock.js';
import type { Service } from '../../util/service.js';
import type { ConditionCode, Conditions } from './conditions.js';

/** Time between two looks while nothing can be stored: soon at first, later without a load. */
const RETRY_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** Works for so long before the next refusal is looked after as soon as the first. */
const STEADY_MS = 60_000;

/** A disk that was full has this much room again before it counts as usable, bytes: one batch of mail. */
const ROOM_BYTES = 2 * 1024 * 1024;

/** How often the free space is looked at while all is well. */
const SPACE_PERIOD_MS = 10_000;

/** Ends `storage-low` so much above the reserve, else it would come and go with every object. */
const RESERVE_HYSTERESIS = 1.1;

const BYTES_PER_MIB = 1024 * 1024;

const CONDITION_OF: Readonly<Record<StorageTrouble, ConditionCode>> = {
  full: 'storage-full',
  'read-only': 'storage-read-only',
  failing: 'storage-failing',
};

export interface StorageHealthOptions {
  /** Free bytes below which no objects of others are taken; 0: no reserve. */
  readonly reserveBytes: number;
}

export interface StorageHealthDependencies {
  readonly conditions: Conditions;
  readonly clock: Clock;
  /** Writes something of no consequence; rejects with a StorageError when that fails. */
  readonly probe: () => Promise<void>;
  /** Of the disk of the data directory; undefined when nobody knows. */
  readonly freeBytes?: () => Promise<number | undefined>;
}

export class StorageHealth implements Service {
  readonly #options: StorageHealthOptions;
  readonly #deps: StorageHealthDependencies;
  #failures = 0;
  /** When the disk took something again. */
  #workedMs: number | undefined;
  #retry: Timer | undefined;
  #period: Timer | undefined;
  #stopped = false;
  /** The last refusal: what those who wait are told at the stop. */
  #refusal: StorageError | undefined;
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];

  constructor(options: StorageHealthOptions, dependencies: StorageHealthDependencies) {
    this.#options = options;
    this.#deps = dependencies;
  }

  /** Looks at the free space now and then; resolves after the first look. */
  async start(): Promise<void> {
    this.#stopped = false;
    if (this.#options.reserveBytes === 0) return;
    await this.#lookAtSpace();
    const { clock } = this.#deps;
    this.#period = clock.setInterval(() => void this.#lookAtSpace(), SPACE_PERIOD_MS);
  }

  /** What waits is refused: it is done at the next start. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#deps.clock.clear(this.#retry);
    this.#deps.clock.clear(this.#period);
    this.#retry = undefined;
    this.#period = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#stopError());
    return Promise.resolve();
  }

  /** The disk refused a request. */
  failed(error: StorageError): void {
    const { conditions, clock } = this.#deps;
    this.#refusal = error;
    const steadyMs = clock.monotonicMs() - (this.#workedMs ?? -Infinity);
    if (steadyMs > STEADY_MS && !this.#retry && conditions.canStore) this.#failures = 0;
    const wanted = CONDITION_OF[error.trouble];
    if (!conditions.has(wanted)) {
      this.#endAllBut(wanted);
      conditions.begin(wanted, error.message);
    }
    if (this.#stopped || this.#retry) return;
    const step = Math.min(this.#failures++, RETRY_MS.length - 1);
    this.#retry = clock.setTimeout(() => void this.#look(), RETRY_MS[step] ?? 0);
  }

  /** False: objects of others are not to be taken, so that own mail has room. */
  get takesObjects(): boolean {
    return this.#deps.conditions.canStore && !this.#deps.conditions.has('storage-low');
  }

  /**
   * Carries out a request of the store that has to be done whatever happens: waits while the disk
   * takes nothing and repeats it. The request is one transaction, so it is done once or not at all.
   * @throws what it throws, and its StorageError when the node stops meanwhile
   */
  async patient<Result>(request: () => Promise<Result>): Promise<Result> {
    for (;;) {
      await this.usable();
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof RefusedError) || this.#stopped) throw error;
        this.failed(error);
      }
    }
  }

  /** Resolves when the disk takes something; at once when it does. Rejects when the node stops. */
  usable(): Promise<void> {
    if (this.#deps.conditions.canStore) return Promise.resolve();
    if (this.#stopped) return Promise.reject(this.#stopError());
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async #look(): Promise<void> {
    try {
      if (!(await this.#hasRoom())) throw this.#stopError();
      await this.#deps.probe();
    } catch (error) {
      this.#retry = undefined;
      this.failed(error instanceof RefusedError ? error : this.#stopError());
      return;
    }
    this.#retry = undefined;
    this.#workedMs = this.#deps.clock.monotonicMs();
    this.#endAllBut(undefined);
    for (const { resolve } of this.#waiting.splice(0)) resolve();
    if (this.#options.reserveBytes > 0) void this.#lookAtSpace();
  }

  async #hasRoom(): Promise<boolean> {
    if (!this.#deps.conditions.has('storage-full')) return true;
    return ((await this.#deps.freeBytes?.()) ?? Infinity) >= ROOM_BYTES;
  }

  async #lookAtSpace(): Promise<void> {
    const { conditions, freeBytes } = this.#deps;
    const free = await freeBytes?.();
    if (free === undefined || this.#stopped) return;
    const { reserveBytes } = this.#options;
    if (free < reserveBytes) {
      const [freeMib, reserveMib] = [free, reserveBytes].map((bytes) =>
        Math.floor(bytes / BYTES_PER_MIB),
      );
      const text = `${freeMib} MiB of the disk are free, less than the ${reserveMib} of storage.reserve`;
      conditions.begin('storage-low', `${text}: no objects of others are taken, mail is sent.`);
    } else if (free >= reserveBytes * RESERVE_HYSTERESIS) conditions.end('storage-low');
  }

  #endAllBut(kept: ConditionCode | undefined): void {
    for (const code of Object.values(CONDITION_OF)) {
      if (code !== kept) this.#deps.conditions.end(code);
    }
  }

  #stopError(): StorageError {
    return this.#refusal ?? new RefusedError('failing', 'the disk takes nothing');
  }
}
