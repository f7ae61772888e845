/** A solver for tests: one thread, node's own hashes, and gates at which it can be held. */
import { nonceValue } from '../../src/pow/trial.js';
import {
  PowAborted,
  type PowProgress,
  type PowRequest,
  type PowSolution,
  type PowSolver,
} from '../../src/pow/solver.js';

/** Trials between two looks at the abort signal. */
const SLICE = 512;

export class EasyPow implements PowSolver {
  /** Purposes of everything that was solved, in order. */
  readonly solved: string[] = [];
  /** Called before each work; may wait. */
  before: (request: PowRequest) => Promise<void> | void = () => undefined;
  readonly #held = new Map<string, (() => void)[]>();

  /** Work for that purpose waits until {@link release}. */
  hold(purpose: string): void {
    if (!this.#held.has(purpose)) this.#held.set(purpose, []);
  }

  release(purpose: string): void {
    const waiting = this.#held.get(purpose) ?? [];
    this.#held.delete(purpose);
    for (const go of waiting) go();
  }

  /** How many works wait at that gate. */
  waiting(purpose: string): number {
    return this.#held.get(purpose)?.length ?? 0;
  }

  async solve(request: PowRequest, signal?: AbortSignal): Promise<PowSolution> {
    await this.#gate(request.purpose, signal);
    await this.before(request);
    for (let nonce = 1n; ; nonce++) {
      if (signal?.aborted) throw signal.reason as Error;
      if (Number(nonce) % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
      if (nonceValue(request.initialHash, nonce) > request.target) continue;
      this.solved.push(request.purpose);
      return { nonce, trials: Number(nonce), elapsedMs: 0 };
    }
  }

  progress(): PowProgress[] {
    return [];
  }

  #gate(purpose: string, signal?: AbortSignal): Promise<void> {
    const waiting = this.#held.get(purpose);
    if (!waiting) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const abort = (): void => reject((signal?.reason as Error | undefined) ?? new PowAborted());
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      waiting.push(resolve);
    });
  }
}
