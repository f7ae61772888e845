/** The threads of the pool: all on one job at a time, started when first needed, replaced when lost. */
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import type { KernelSource } from './kernel.js';
import type { PowWorkerData } from './pow-worker.js';
import type { JobMessage, SolutionMessage } from './search-job.js';

/** A worker lost sooner than this after its start is replaced only when the time has passed. */
const RESPAWN_INTERVAL_MS = 1000;
/** Heap of a worker: it keeps a few numbers; the search itself has 64 KiB of its own. */
const WORKER_HEAP_MB = 32;

export interface CrewOptions {
  readonly workers: number;
  /** Threads are stopped after so much idleness, to give their memory back. */
  readonly idleMs: number;
  readonly niceness: number;
  readonly workerFile: URL;
}

export interface CrewDeps {
  readonly log: Log;
  readonly clock: Clock;
  onSolution(message: SolutionMessage): void;
}

interface Place {
  readonly index: number;
  worker: Worker | undefined;
  startedMs: number;
  respawn: Timer | undefined;
}

export class WorkerCrew {
  readonly #options: CrewOptions;
  readonly #deps: CrewDeps;
  readonly #places: Place[];
  readonly #control = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #epoch = new Int32Array(this.#control);
  #kernel: KernelSource;
  #job: JobMessage | undefined;
  #idleTimer: Timer | undefined;
  /** Threads on their way out. */
  readonly #ending = new Set<Promise<unknown>>();

  constructor(options: CrewOptions, kernel: KernelSource, deps: CrewDeps) {
    this.#options = options;
    this.#kernel = kernel;
    this.#deps = deps;
    this.#places = Array.from({ length: options.workers }, (_, index) => ({
      index,
      worker: undefined,
      startedMs: 0,
      respawn: undefined,
    }));
  }

  /** Leaves the present job and puts every worker on this one. */
  work(job: Omit<JobMessage, 'epoch'>): void {
    this.#deps.clock.clear(this.#idleTimer);
    this.#job = { ...job, epoch: this.#nextEpoch() };
    for (const place of this.#places) {
      if (!place.worker && !place.respawn) this.#spawn(place);
      place.worker?.postMessage(this.#job);
    }
  }

  /** Leaves the present job: workers stop within a block of trials and then wait. */
  rest(): void {
    this.#nextEpoch();
    this.#job = undefined;
    this.#deps.clock.clear(this.#idleTimer);
    const { idleMs } = this.#options;
    this.#idleTimer = this.#deps.clock.setTimeout(() => this.#dismiss(), idleMs);
  }

  /** From now on with this kernel; for one that turned out to be wrong. */
  useKernel(kernel: KernelSource): void {
    this.rest();
    this.#kernel = kernel;
    this.#dismiss();
  }

  /** Ends all threads; resolves when they are gone. */
  async stop(): Promise<void> {
    this.rest();
    this.#deps.clock.clear(this.#idleTimer);
    this.#dismiss();
    await Promise.all(this.#ending);
  }

  /** How many threads exist at the moment. */
  get threads(): number {
    return this.#places.filter((place) => place.worker).length;
  }

  #nextEpoch(): number {
    return (Atomics.add(this.#epoch, 0, 1) + 1) | 0;
  }

  /** Ends the threads that there are; {@link stop} waits for them. */
  #dismiss(): void {
    for (const place of this.#places) {
      this.#deps.clock.clear(place.respawn);
      place.respawn = undefined;
      const { worker } = place;
      if (!worker) continue;
      place.worker = undefined;
      const ended: Promise<unknown> = worker.terminate().finally(() => this.#ending.delete(ended));
      this.#ending.add(ended);
    }
  }

  #spawn(place: Place): void {
    const { workers, niceness, workerFile } = this.#options;
    const worker = new Worker(workerFile, {
      workerData: {
        kernel: this.#kernel,
        place: { index: place.index, workers, control: this.#control },
        niceness,
      } satisfies PowWorkerData,
      execArgv: [],
      name: `pow-${place.index}`,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    });
    place.worker = worker;
    place.startedMs = this.#deps.clock.monotonicMs();
    worker.on('message', (message: SolutionMessage) => {
      if (place.worker === worker) this.#deps.onSolution(message);
    });
    worker.on('error', (error) => {
      this.#deps.log.error({ worker: place.index, reason: errorText(error) }, 'worker failed');
    });
    worker.on('exit', () => {
      if (place.worker === worker) this.#replace(place);
    });
  }

  /** A worker was lost: another takes its place and goes on where the shared counter stands. */
  #replace(place: Place): void {
    place.worker = undefined;
    if (!this.#job) return; // The next job starts it.
    const { clock } = this.#deps;
    const waitMs = place.startedMs + RESPAWN_INTERVAL_MS - clock.monotonicMs();
    place.respawn = clock.setTimeout(
      () => {
        place.respawn = undefined;
        if (!this.#job) return;
        this.#spawn(place);
        place.worker?.postMessage(this.#job);
      },
      Math.max(0, waitMs),
    );
  }
}
