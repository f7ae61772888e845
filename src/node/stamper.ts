/** Puts the proof of work on objects. */
import type { Difficulty } from '../objects/difficulty.js';
import { CLOCK_MARGIN_S, solveObject, targetFor } from '../pow/solve-object.js';
import type { PowSolution, PowSolver } from '../pow/solver.js';
import { expectedTrials } from '../pow/trial.js';
import type { MailContext } from './mail-dependencies.js';

export interface StampOptions {
  readonly difficulty: Difficulty;
  /** One of POW_PRIORITY. */
  readonly priority: number;
  /** For progress displays: "message", "key request". */
  readonly purpose: string;
  /** Whose work it is: owners of equal priority take turns. */
  readonly owner: string;
  readonly signal?: AbortSignal;
}

export class Stamper {
  readonly #context: MailContext;
  readonly #pow: PowSolver;

  constructor(context: MailContext, pow: PowSolver) {
    this.#context = context;
    this.#pow = pow;
  }

  /**
   * The whole object: `rest` (from the expiry on) with a nonce before it that meets the difficulty,
   * for receivers whose clock is behind ours, too.
   * @throws PowAborted when the signal was aborted or the solver stopped.
   */
  async stamp(rest: Uint8Array, stamp: StampOptions): Promise<Uint8Array> {
    const { clock, events } = this.#context;
    const options = { ...stamp, nowS: clock.nowS(), marginS: CLOCK_MARGIN_S };
    const { purpose } = stamp;
    events.emit('powStarted', {
      purpose,
      expectedTrials: expectedTrials(targetFor(rest, options)),
    });
    let solution: PowSolution | undefined;
    const recorder: PowSolver = {
      solve: async (request, signal) => (solution = await this.#pow.solve(request, signal)),
      progress: () => this.#pow.progress(),
    };
    const object = await solveObject(recorder, rest, options);
    const { trials = 0, elapsedMs = 0 } = solution ?? {};
    events.emit('powDone', { purpose, trials, elapsedMs });
    return object;
  }
}
