/** A real notbit (C) as a peer on loopback. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuardedProgram, hasCompiler } from './guarded.js';

/** Where `make` and `make install` leave the programs below the checkout or the prefix. */
const PLACES = ['src', 'bin', '.'];

/** What is missing to run a notbit here, in a line each; empty when nothing is. */
export function missingForNotbit(): string[] {
  const missing: string[] = [];
  if (!programs()) {
    missing.push('NOTBIT_DIR must name a built checkout of notbit (github.com/bpeel/notbit)');
  }
  if (!hasCompiler()) missing.push('a C compiler (cc) for the guard that keeps it on loopback');
  return missing;
}

export class Notbit {
  readonly #program: GuardedProgram;
  readonly #env: Record<string, string>;
  readonly #directory: string;
  readonly #log: string;

  /** Listens; dials `peer` and nobody else. */
  constructor(home: string, port: number, peer: string) {
    this.#directory = programs() ?? '';
    mkdirSync(home, { recursive: true });
    const runtime = join(home, 'run');
    mkdirSync(runtime, { mode: 0o700 });
    this.#env = { HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_RUNTIME_DIR: runtime };
    // Private addresses allowed, these peers only, no look-up of names.
    const network = ['-a', `127.0.0.1:${port}`, '-P', peer, '-e', '-b', '-B', '-L'];
    this.#log = join(home, 'notbit.log');
    const places = ['-l', this.#log, '-D', join(home, 'store'), '-m', join(home, 'maildir')];
    this.#program = new GuardedProgram({
      command: join(this.#directory, 'notbit'),
      args: [...network, ...places],
      home,
      env: this.#env,
    });
  }

  get output(): string {
    const log = existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : '';
    return this.#program.output + log;
  }

  /** A new address of its own. */
  createAddress(): string {
    return this.#run('notbit-keygen', '').trim();
  }

  /** Queues a mail; with an unknown recipient it first publishes a request for the key. */
  send(from: string, to: string): void {
    const mail = `From: ${from}@bitmessage\nTo: ${to}@bitmessage\nSubject: hello\n\nbody\n`;
    this.#run('notbit-sendmail', mail);
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }

  #run(name: string, input: string): string {
    const path = process.env['PATH'] ?? '';
    return execFileSync(join(this.#directory, name), [], {
      input,
      encoding: 'utf8',
      env: { PATH: path, ...this.#env },
    });
  }
}

function programs(): string | undefined {
  const root = process.env['NOTBIT_DIR'] ?? '';
  if (root === '') return undefined;
  const candidates = PLACES.map((place) => join(root, place));
  return candidates.find(
    (place) =>
      existsSync(join(place, 'notbit')) &&
      spawnSync(join(place, 'notbit'), ['-h'], { stdio: 'ignore' }).error === undefined,
  );
}
