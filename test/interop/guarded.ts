/** Programs of others as peers: kept on loopback by a guard that is preloaded into them. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../support/vectors.js';

const STOP_LIMIT_MS = 10_000;
const source = fileURLToPath(new URL('test/interop/loopback-guard.c', projectRoot));

/** Whether the guard can be made here. */
export function hasCompiler(): boolean {
  return spawnSync('cc', ['--version']).status === 0;
}

/** Compiles the guard into that directory. @returns its path, for LD_PRELOAD */
export function buildGuard(directory: string): string {
  mkdirSync(directory, { recursive: true });
  const guard = join(directory, 'loopback-guard.so');
  execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', guard, source, '-ldl']);
  return guard;
}

export interface GuardedOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Its home, where it may write. */
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program in the foreground that ends with SIGTERM. */
export class GuardedProgram {
  /** All that it printed so far. */
  output = '';
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor({ command, args, home, env = {} }: GuardedOptions) {
    const guard = buildGuard(join(home, 'lib'));
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, LD_PRELOAD: guard, ...env },
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.output += error.message;
        resolve();
      });
      this.#child.once('exit', () => resolve());
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    }
  }

  /** Gives it a line to read. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.#exited;
    clearTimeout(limit);
  }
}
