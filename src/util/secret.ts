/**
 * A value that must never be shown: a password, a passphrase, a token, a key as text. Whatever prints,
 * joins or serialises it gets {@link STARS}; who really needs the value says so with `reveal()`.
 */

/** What stands for a secret wherever something is shown. */
export const STARS = '***';

/** What node:util's inspect and console.log call; the name works without importing it. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

export class Secret<Value = string> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  /** The value itself: for the one place that uses it, never for a text that people or logs see. */
  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return STARS;
  }

  toJSON(): string {
    return STARS;
  }

  [INSPECT](): string {
    return STARS;
  }
}
