/** Errors that cross layers. Each layer's own kinds are in that layer. */

/**
 * Something that the person who started the program can put right: a wrong option, a damaged file,
 * a taken port. `message` is one line that says what is wrong and what to do; the command line
 * prints it and exits with `exitCode`.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exitCode: number;

  constructor(message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Text of anything that was thrown, for a log line. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
