/**
 * Proof of work on the threads of this process. All workers are on one job, whose turn it is
 * (job-queue.ts): the mean time to an answer is shorter than with a job per worker, and a person's
 * message need not wait behind the network's. An interrupted job keeps what it has done and goes on
 * later.
 */
import type { Clock, Timer } from '../util/clock.js';
import { Emitter } from '../util/emitter.js';
import type { Log } from '../util/log.js';
import type { Service } from '../util/service.js';
import { chooseKernel, KERNEL_NAMES, type KernelName } from './kernel.js';
import {
  DEFAULT_IDLE_MS,
  DEFAULT_MAX_JOBS,
  DEFAULT_NICENESS,
  LOG_PERIOD_MS,
  TELLING_TRIALS,
  PROGRESS_PERIOD_MS,
  type PowPoolEvents,
  type PowPoolOptions,
} from './pool-options.js';
import { JobQueue } from './job-queue.js';
import { PowJob } from './pow-job.js';
import type { SolutionMessage } from './search-job.js';
import {
  PowAborted,
  PowQueueFull,
  type PowProgress,
  type PowRequest,
  type PowSolution,
  type PowSolver,
} from './solver.js';
import { INITIAL_HASH_BYTES, nonceValue, VALUE_SPACE } from './trial.js';
import { WorkerCrew } from './worker-crew.js';

export class PowPool implements PowSolver, Service {
  readonly events = new Emitter<PowPoolEvents>((error) =>
    this.#log.error({ error }, 'a handler of proof-of-work events failed'),
  );

  readonly #options: PowPoolOptions;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #jobs = new JobQueue();
  #running: PowJob | undefined;
  #crew: WorkerCrew | undefined;
  #kernels: readonly KernelName[];
  #kernelName: KernelName | undefined;
  #ticker: Timer | undefined;
  /** Trials per second of all workers, as last seen. */
  #rate = 0;
  #loggedMs = 0;
  readonly #totals = { solved: 0, aborted: 0, trials: 0, workedMs: 0 };
  #nextId = 1;
  #stopped = false;

  constructor(options: PowPoolOptions, deps: { readonly log: Log; readonly clock: Clock }) {
    if (!Number.isInteger(options.workers) || options.workers < 1) {
      throw new RangeError('a proof-of-work pool needs at least one worker');
    }
    this.#options = options;
    this.#kernels = options.kernels ?? KERNEL_NAMES;
    this.#log = deps.log;
    this.#clock = deps.clock;
  }

  /** Name of the kernel in use; undefined before the start. */
  get kernel(): KernelName | undefined {
    return this.#kernelName;
  }

  /** Threads that exist at the moment; they are started by the first job. */
  get threads(): number {
    return this.#crew?.threads ?? 0;
  }

  /** Chooses and proves the kernel. Jobs given before wait until then. */
  start(): Promise<void> {
    if (this.#stopped || this.#crew) return Promise.resolve();
    const source = chooseKernel(this.#log, this.#kernels);
    this.#kernelName = source.name;
    const { workers, idleMs, niceness, workerFile } = this.#options;
    this.#crew = new WorkerCrew(
      {
        workers,
        idleMs: idleMs ?? DEFAULT_IDLE_MS,
        niceness: niceness ?? DEFAULT_NICENESS,
        workerFile: workerFile ?? new URL('./pow-worker.js', import.meta.url),
      },
      source,
      {
        log: this.#log,
        clock: this.#clock,
        onSolution: (message) => this.#onSolution(message),
      },
    );
    this.#log.info({ kernel: source.name, workers }, 'proof of work ready');
    this.#schedule();
    return Promise.resolve();
  }

  /** Rejects what is left with {@link PowAborted} and ends the threads. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const left = this.#jobs.clear();
    this.#schedule();
    for (const job of left) this.#end(job, new PowAborted('proof of work stopped'));
    await this.#crew?.stop();
  }

  async solve(request: PowRequest, signal?: AbortSignal): Promise<PowSolution> {
    checkRequest(request);
    if (this.#stopped) throw new PowAborted('proof of work stopped');
    if (signal?.aborted) throw aborted(signal);
    if (this.#jobs.size >= (this.#options.maxJobs ?? DEFAULT_MAX_JOBS)) {
      throw new PowQueueFull(`${this.#jobs.size} proofs of work are waiting`);
    }
    const job = new PowJob(this.#nextId++, request, this.#options.workers, this.#clock);
    if (signal) {
      const onAbort = (): void => {
        this.#remove(job);
        this.#end(job, aborted(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      job.release = () => signal.removeEventListener('abort', onAbort);
    }
    this.#jobs.add(job, this.#clock.monotonicMs());
    this.#schedule();
    return job.promise;
  }

  /** Of all workers, as last seen; 0 while none was. */
  get trialsPerSecond(): number {
    return this.#rate;
  }

  /** Jobs that ended since the start, and the work that was in them. */
  get totals(): Readonly<{ solved: number; aborted: number; trials: number; workedMs: number }> {
    return this.#totals;
  }

  /** Jobs that run or wait. */
  get size(): number {
    return this.#jobs.size;
  }

  progress(limit = Infinity): PowProgress[] {
    const listed: PowProgress[] = [];
    for (const job of this.#jobs) {
      if (listed.length >= limit) break;
      listed.push(job.progress(this.#rate));
    }
    return listed;
  }

  /** Puts the workers on the job whose turn it is, if they are not on it already. */
  #schedule(): void {
    if (!this.#crew) return;
    const job = this.#jobs.choose(this.#clock.monotonicMs());
    if (job === this.#running) return;
    if (this.#running) this.#leave(this.#running);
    this.#running = job;
    if (!job) {
      this.#clock.clear(this.#ticker);
      this.#ticker = undefined;
      this.#crew.rest();
      return;
    }
    this.#ticker ??= this.#clock.setInterval(() => this.#tick(), PROGRESS_PERIOD_MS);
    const isFirstTurn = !job.started;
    const counters = job.beginTurn();
    this.#crew.work({
      jobId: job.id,
      initialHash: job.request.initialHash,
      target: job.request.target,
      counters,
    });
    if (isFirstTurn) this.events.emit('jobStarted', job.progress());
  }

  #leave(job: PowJob): void {
    // What a very short job took is mostly the way to the workers.
    if (job.trials() >= TELLING_TRIALS) this.#rate = job.rate();
    job.endTurn();
  }

  #tick(): void {
    if (!this.#running) return;
    this.#running.sampleRate();
    this.#rate = this.#running.rate();
    const progress = this.#running.progress(this.#rate);
    this.events.emit('jobProgress', progress);
    this.#logLong(progress);
    this.#schedule(); // Its turn may be over.
  }

  #logLong({ purpose, trials, elapsedMs, trialsPerSecond, timeLeft: left }: PowProgress): void {
    const nowMs = this.#clock.monotonicMs();
    if (elapsedMs < LOG_PERIOD_MS || nowMs - this.#loggedMs < LOG_PERIOD_MS) return;
    this.#loggedMs = nowMs;
    const seconds = (ms = 0): number => Math.round(ms / 1000);
    this.#log.info(
      {
        purpose,
        trials,
        elapsedS: seconds(elapsedMs),
        trialsPerSecond: Math.round(trialsPerSecond),
        medianLeftS: seconds(left?.p50Ms),
        ninetyPercentLeftS: seconds(left?.p90Ms),
        waiting: this.#jobs.size - 1,
      },
      'proof of work takes a while',
    );
  }

  #onSolution({ jobId, nonce }: SolutionMessage): void {
    const job = this.#jobs.find(jobId);
    if (!job) return; // Aborted meanwhile, or a second worker found one, too.
    if (nonce === 0n || nonceValue(job.request.initialHash, nonce) > job.request.target) {
      this.#distrustKernel();
      return;
    }
    this.#remove(job);
    this.#end(job, { nonce, trials: job.trials(), elapsedMs: job.elapsedMs() });
  }

  #remove(job: PowJob): void {
    this.#jobs.remove(job, this.#clock.monotonicMs());
    this.#schedule();
  }

  /** Tells everybody how a job ended; it is out of the queue already. */
  #end(job: PowJob, result: PowSolution | PowAborted): void {
    job.release();
    const solved = !(result instanceof PowAborted);
    if (solved) job.resolve(result);
    else job.reject(result);
    this.#totals[solved ? 'solved' : 'aborted'] += 1;
    if (!job.started) return;
    const { purpose } = job.request;
    const [elapsedMs, trials] = [job.elapsedMs(), job.trials()];
    this.#totals.trials += trials;
    this.#totals.workedMs += elapsedMs;
    this.events.emit('jobDone', { purpose, trials, elapsedMs, solved });
  }

  /** A kernel that was proved at the start gave a wrong answer: go on with a slower one. */
  #distrustKernel(): void {
    const wrong = this.#kernelName;
    this.#log.error({ kernel: wrong }, 'wrong proof of work: changing the kernel');
    const rest = this.#kernels.filter((name) => name !== wrong);
    this.#kernels = rest.length > 0 ? rest : ['node'];
    const source = chooseKernel(this.#log, this.#kernels);
    this.#kernelName = source.name;
    this.#running?.endTurn();
    this.#running = undefined;
    this.#crew?.useKernel(source);
    this.#schedule();
  }
}

function checkRequest({ initialHash, target, priority }: PowRequest): void {
  if (initialHash.length !== INITIAL_HASH_BYTES)
    throw new RangeError('initial hash is not 64 bytes');
  if (target < 0n || target >= VALUE_SPACE) throw new RangeError('target is not of 64 bits');
  if (!Number.isFinite(priority)) throw new RangeError('priority is not a number');
}

function aborted(signal: AbortSignal): PowAborted {
  return new PowAborted('proof of work aborted', { cause: signal.reason });
}
