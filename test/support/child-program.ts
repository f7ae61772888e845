/** Real second processes for tests: programs under test/, started, read line by line, killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ChildProgram {
  readonly process: ChildProcess;
  /** What it writes to standard output, line by line, to its end. */
  readonly lines: AsyncIterableIterator<string>;
  /** Resolves with the signal or exit code when it has ended. */
  readonly ended: Promise<string | number>;
}

/**
 * @param program path below test/ without ending, e.g. `store/programs/lock-holder`.
 * @param maxFileBytes files of the child cannot grow beyond this (POSIX only; a multiple of 512).
 */
export function startProgram(
  program: string,
  parameters: readonly string[],
  maxFileBytes?: number,
): ChildProgram {
  const path = fileURLToPath(new URL(`../${program}.js`, import.meta.url));
  const command = [process.execPath, path, ...parameters];
  const limited = maxFileBytes === undefined ? command : withFileLimit(command, maxFileBytes);
  const child = spawn(limited[0] as string, limited.slice(1), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as string | number);
  return {
    process: child,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    ended,
  };
}

/** `ulimit -f` counts blocks of 512 bytes in a POSIX shell. */
function withFileLimit(command: readonly string[], maxFileBytes: number): string[] {
  return ['sh', '-c', `ulimit -f ${maxFileBytes / 512}; exec "$@"`, 'sh', ...command];
}
