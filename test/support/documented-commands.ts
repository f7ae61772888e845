/**
 * The commands that a page of the documentation shows, and running them as its reader would: in an empty
 * home, one after the other, their output beside what the page says.
 *
 * A block of the language `console` holds commands (`$ …`, continued by a backslash at the end of a line)
 * and what they print. In that, `…` stands for anything, alone on a line for any lines. `petrel start` runs
 * on in the background until a line `^C`, which stops the one started last, or the end of the page.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from './vectors.js';

export interface DocumentedCommand {
  /** Of its first line in the page, from 1. */
  readonly line: number;
  /** What is typed; `^C` stops the node started last. */
  readonly command: string;
  /** Lines that the page shows below it. */
  readonly output: readonly string[];
}

/** A command that takes longer hangs. */
const COMMAND_LIMIT_MS = 240_000;
/** A node runs as long as its page is read. */
const PAGE_LIMIT_MS = 600_000;
const POLL_MS = 20;
const READY = /^ready/m;
/** Of the API, in the pages; on a machine where it is taken the node says which it has. */
const SHOWN_PORT = ':8442/';
const HAS_PORT = /^API: +http:\/\/127\.0\.0\.1(:\d+\/)/m;
/** The reader's machine may run another node. */
const MOVED = /^.*(?:is taken: moved to|"port taken).*\n/gm;

export function documentedCommands(page: string): DocumentedCommand[] {
  const commands: { line: number; command: string; output: string[] }[] = [];
  let isInside = false;
  let isContinued = false;
  page.split('\n').forEach((text, index) => {
    if (text.startsWith('```')) {
      isInside = !isInside && text === '```console';
      return;
    }
    const last = commands.at(-1);
    if (!isInside) return;
    if (isContinued && last) last.command += `\n${text}`;
    else if (text.startsWith('$ ')) {
      commands.push({ line: index + 1, command: text.slice(2), output: [] });
    } else if (text === '^C') commands.push({ line: index + 1, command: '^C', output: [] });
    else last?.output.push(text);
    isContinued = (text.startsWith('$ ') || isContinued) && text.endsWith('\\');
  });
  return commands;
}

/** What differs from run to run is made the same: addresses, tokens, numbers, widths of columns. */
export function normalised(text: string, home: string): string {
  return text
    .replaceAll(home, '~')
    .replaceAll(/BM-[1-9A-HJ-NP-Za-km-z]+/g, 'BM-')
    .replaceAll(/\b[0-9a-f]{8,}\b/g, 'hex')
    .replaceAll(/[A-Za-z0-9_-]{30,}/g, 'token')
    .replaceAll(/\d+/g, '0')
    .replaceAll(/[ \t─-]+/g, ' ')
    .replaceAll(/^ | $/gm, '')
    .trim();
}

/** Whether what was printed is what the page shows. */
export function isAsShown(shown: readonly string[], printed: string, home: string): boolean {
  const pattern = shown
    .map((line) =>
      line.trim() === '…'
        ? '(?:.*\\n)*?'
        : `${normalised(line, home).split('…').map(escaped).join('.*')}\\n`,
    )
    .join('');
  return new RegExp(`^${pattern}$`).test(`${normalised(printed, home)}\n`.replace(/^\n$/, ''));
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');

interface Running {
  readonly printed: () => string;
  /** SIGTERM, and everything it printed. */
  readonly stop: () => Promise<string>;
}

/** One reader: an empty home in which `petrel` is a command. */
export class Reader {
  readonly home: string;
  readonly #environment: Record<string, string>;
  readonly #running: Running[] = [];
  #port = SHOWN_PORT;

  /** @param home an empty directory */
  constructor(home: string) {
    this.home = home;
    const bin = join(home, '.bin');
    mkdirSync(bin);
    symlinkSync(fileURLToPath(new URL('bin/petrel', projectRoot)), join(bin, 'petrel'));
    this.#environment = {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      COLUMNS: '80',
      LANG: 'C.UTF-8',
      PETREL_OFFLINE: '1',
      NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '',
    };
  }

  /** Runs a command of the page; resolves with what it printed, or printed until it was ready. */
  async type(command: string): Promise<string> {
    if (command === '^C') {
      const running = this.#running.pop();
      if (!running) throw new Error('nothing runs that ^C could stop');
      const before = running.printed().length;
      return (await running.stop()).slice(before);
    }
    const here = command.replaceAll(SHOWN_PORT, this.#port);
    return /^petrel start\b/.test(here) ? this.#startNode(here) : this.#run(here);
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((running) => running.stop()));
  }

  #spawn(command: string, limitMs: number): { running: Running; ended: Promise<string> } {
    const child = spawn('bash', ['-c', `exec 2>&1; ${command}`], {
      cwd: this.home,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const ended = new Promise<string>((resolve) => {
      child.once('close', () => {
        clearTimeout(limit);
        resolve(printed);
      });
    });
    const stop = (): Promise<string> => {
      child.kill('SIGTERM');
      return ended;
    };
    return { running: { printed: () => printed, stop }, ended };
  }

  #run(command: string): Promise<string> {
    return this.#spawn(command, COMMAND_LIMIT_MS).ended;
  }

  async #startNode(command: string): Promise<string> {
    const { running, ended } = this.#spawn(`exec ${command}`, PAGE_LIMIT_MS);
    let poll: NodeJS.Timeout | undefined;
    const isReady = new Promise<void>((resolve) => {
      poll = setInterval(() => READY.test(running.printed()) && resolve(), POLL_MS);
    });
    await Promise.race([isReady, ended]);
    clearInterval(poll);
    this.#running.push(running);
    this.#port = HAS_PORT.exec(running.printed())?.[1] ?? SHOWN_PORT;
    return running.printed().replaceAll(MOVED, '');
  }
}
