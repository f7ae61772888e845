/**
 * How much one turn of the event loop may verify. When that is spent, what comes waits for the next
 * turn, so that a flood of objects from many peers leaves room for all else that this thread does.
 */
export class TurnBudget {
  readonly #limit: number;
  #spent = 0;
  #nextTurn: Promise<void> | undefined;

  /** @param limit cost of a turn, in the unit of {@link spend}; the last work may exceed it */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Undefined when there is something left of this turn's share, else a promise of the next. */
  wait(): Promise<void> | undefined {
    return this.#spent < this.#limit ? undefined : this.#nextTurn;
  }

  /** Counts work that is about to be done. */
  spend(cost: number): void {
    this.#spent += cost;
    this.#nextTurn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#spent = 0;
        this.#nextTurn = undefined;
        resolve();
      });
    });
  }
}
