/** Waiting for something that other processes bring about: asks again until it holds. */

/** How often the condition is asked. Real processes have no fake clock. */
const POLL_MS = 100;

/**
 * Resolves with the first value of `ask` that is not undefined.
 * @param what told in the error when `limitMs` passes first.
 */
export async function until<Value>(
  what: string,
  limitMs: number,
  ask: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > endMs) throw new Error(`not within ${limitMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
