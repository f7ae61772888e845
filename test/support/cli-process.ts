/** Runs bin/petrel as people do, with an environment that holds nothing of this machine's user. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { projectRoot } from './vectors.js';

const PETREL = fileURLToPath(new URL('bin/petrel', projectRoot));
/** A process that takes longer hangs. */
const LIMIT_MS = 240_000;

export interface CliResult {
  /** Exit status, or the name of the signal that ended it. */
  readonly status: number | string;
  readonly out: string;
  readonly err: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  /** What it printed to stdout until now. */
  readonly out: () => string;
  readonly ended: Promise<CliResult>;
  /** Resolves when a line that begins with `ready` is there; rejects when the process ends before. */
  readonly ready: Promise<void>;
  /** SIGTERM, then the result. */
  stop(): Promise<CliResult>;
}

/** Nobody outside is dialled, whatever the arguments say. */
export function startCli(
  args: readonly string[],
  environment: Record<string, string> = {},
  limitMs = LIMIT_MS,
): CliProcess {
  const env = {
    PATH: process.env['PATH'],
    NODE_OPTIONS: process.env['NODE_OPTIONS'],
    HOME: '/nonexistent',
    PETREL_OFFLINE: '1',
    ...environment,
  };
  const child = spawn(PETREL, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let [out, err] = ['', ''];
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const ended = once(child, 'close').then(([code, signal]) => {
    clearTimeout(limit);
    return { status: (signal ?? code) as number | string, out, err };
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      if (/^ready/m.test(out)) resolve();
    });
    void ended.then((result) => reject(new Error(`not ready: ${JSON.stringify(result)}`)));
  });
  ready.catch(() => undefined); // Only some tests wait for it.
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  const stop = (): Promise<CliResult> => {
    child.kill('SIGTERM');
    return ended;
  };
  return { child, out: () => out, ended, ready, stop };
}

export function runCli(
  args: readonly string[],
  environment?: Record<string, string>,
): Promise<CliResult> {
  return startCli(args, environment).ended;
}
