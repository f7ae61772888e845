/**
 * Whose turn it is. Lower priority numbers go first. Within a priority the owners take turns, one job
 * or TURN_MS each, whichever ends first; a job that did not end goes behind its owner's others. So that nothing waits for ever, a priority that was passed
 * over for STARVING_MS gets one turn, too, which more urgent jobs do not interrupt.
 */
import { FairQueue } from '../util/fair-queue.js';
import type { PowJob } from './pow-job.js';

/** A job that takes longer lets the others of its priority go on; it keeps what was done. */
export const TURN_MS = 10_000;
/** With TURN_MS: under endless load of urgent jobs, each other priority gets a seventh of the time. */
export const STARVING_MS = 60_000;

interface Level {
  readonly priority: number;
  readonly jobs: FairQueue<PowJob>;
  /** When its last turn ended or, before the first, since when it waits. */
  passedOverSinceMs: number;
}

interface Turn {
  readonly level: Level;
  readonly job: PowJob;
  readonly endsMs: number;
  /** Not to be interrupted by more urgent jobs. */
  readonly isGranted: boolean;
}

export class JobQueue {
  /** By priority; empty ones are removed. */
  readonly #levels: Level[] = [];
  readonly #byId = new Map<number, PowJob>();
  #turn: Turn | undefined;

  get size(): number {
    return this.#byId.size;
  }

  add(job: PowJob, nowMs: number): void {
    const { priority, owner = '' } = job.request;
    const at = this.#levels.findIndex((level) => level.priority >= priority);
    let level = this.#levels[at];
    if (level?.priority !== priority) {
      level = { priority, jobs: new FairQueue(), passedOverSinceMs: nowMs };
      this.#levels.splice(at < 0 ? this.#levels.length : at, 0, level);
    }
    level.jobs.add(owner, job);
    this.#byId.set(job.id, job);
  }

  /** A job that is done or not wanted any more. */
  remove(job: PowJob, nowMs: number): void {
    const level = this.#levels.find(({ priority }) => priority === job.request.priority);
    if (!level?.jobs.has(job)) return;
    if (this.#turn?.job === job) this.#endTurn(this.#turn, nowMs);
    level.jobs.delete(job);
    this.#byId.delete(job.id);
    if (level.jobs.size === 0) this.#levels.splice(this.#levels.indexOf(level), 1);
  }

  /** Empties the queue. */
  clear(): PowJob[] {
    this.#turn = undefined;
    this.#byId.clear();
    return this.#levels.splice(0).flatMap(({ jobs }) => [...jobs]);
  }

  /** The job to work on now; to be asked after every change and about once a second. */
  choose(nowMs: number): PowJob | undefined {
    const running = this.#turn;
    if (running && nowMs < running.endsMs && running.isGranted) return running.job;
    if (running && nowMs >= running.endsMs) this.#endTurn(running, nowMs);
    const starving = this.#starving(nowMs);
    const level = starving ?? this.#levels[0];
    const job = level?.jobs.first();
    if (!level || !job) return undefined;
    if (this.#turn?.job !== job) {
      this.#interrupt(nowMs);
      const isGranted = starving !== undefined;
      this.#turn = { level, job, endsMs: nowMs + TURN_MS, isGranted };
    }
    return job;
  }

  find(id: number): PowJob | undefined {
    return this.#byId.get(id);
  }

  /** The one whose turn it is, then the others in the order of their turns. */
  *[Symbol.iterator](): Iterator<PowJob> {
    const running = this.#turn?.job;
    if (running) yield running;
    for (const { jobs } of this.#levels) for (const job of jobs) if (job !== running) yield job;
  }

  /** Of those that are not first anyway, the one that waits for too long for longest. */
  #starving(nowMs: number): Level | undefined {
    const waiting = this.#levels
      .slice(1)
      .filter((level) => nowMs - level.passedOverSinceMs >= STARVING_MS);
    return waiting.sort((a, b) => a.passedOverSinceMs - b.passedOverSinceMs)[0];
  }

  #endTurn(turn: Turn, nowMs: number): void {
    turn.level.passedOverSinceMs = nowMs;
    turn.level.jobs.passTurn(turn.job);
    this.#turn = undefined;
  }

  /** Something more urgent comes; the owner keeps its place. */
  #interrupt(nowMs: number): void {
    if (this.#turn) this.#turn.level.passedOverSinceMs = nowMs;
    this.#turn = undefined;
  }
}
