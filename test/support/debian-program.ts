/** Programs of Debian's packages that some tests run; without them these tests are skipped. */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** /usr/sbin is in no ordinary user's PATH. */
const DIRECTORIES = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin'];

/** How long a program gets to end by itself. */
const END_LIMIT_MS = 60_000;

/** Undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  return DIRECTORIES.filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** For the option `skip` of a test that needs all of these programs. */
export function skippedWithout(...names: readonly string[]): string | false {
  const missing = names.filter((name) => findProgram(name) === undefined);
  return missing.length > 0 && `not installed: ${missing.join(', ')}`;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  /** All that it printed. */
  readonly output: () => string;
  /** SIGTERM, later SIGKILL; resolves when it has ended. */
  stop(): Promise<void>;
}

export function runProgram(name: string, args: readonly string[]): RunningProgram {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const collect = (chunk: Buffer): void => {
    printed += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    child,
    output: () => printed,
    async stop() {
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
      await ended;
      clearTimeout(limit);
    },
  };
}
