/** A flag that a loop waits for: set any number of times while nobody waits, it counts once. */
export class Signal {
  #isSet = false;
  #wake: (() => void) | undefined;

  set(): void {
    this.#isSet = true;
    this.#wake?.();
  }

  /** Somebody waits: everything before was seen. */
  get isAwaited(): boolean {
    return this.#wake !== undefined && !this.#isSet;
  }

  /** Resolves when the flag is set, and takes it down. One waits at a time. */
  async wait(): Promise<void> {
    if (!this.#isSet) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    this.#isSet = false;
  }
}
