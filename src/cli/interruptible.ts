/** Work that Ctrl-C and SIGTERM end in order, leaving nothing half done. */
import { UserError } from '../util/errors.js';

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** @throws UserError with the exit status of the signal, after `work` has rejected */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const listeners = Object.entries(EXIT_CODES).map(([name, exitCode]) => {
    const listener = (): void => controller.abort(new UserError('interrupted', { exitCode }));
    process.once(name, listener);
    return [name, listener] as const;
  });
  try {
    return await work(controller.signal);
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener);
  }
}
