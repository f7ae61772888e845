/**
 * Tells a service manager (systemd: `Type=notify`, `WatchdogSec=`) that the node is ready, alive, or about
 * to stop. Node.js has no sockets of that kind: the program `systemd-notify` sends the words, so the
 * unit needs `NotifyAccess=all`. Nothing happens where no manager asks for it.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock, Timer } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import type { Service } from '../util/service.js';

const runFile = promisify(execFile);

/** The program has nothing to wait for; one that hangs must not pile up. */
const LIMIT_MS = 5_000;
const US_PER_MS = 1_000;
/** Told twice within the time that the manager waits. */
const WATCHDOG_SHARE = 2;

export interface ServiceNotifierDependencies {
  readonly log: Log;
  readonly clock: Clock;
  /** Whether the manager should be told that the process lives. */
  readonly isAlive: () => Promise<boolean>;
  /** For tests. */
  readonly send?: (word: string) => Promise<void>;
}

export class ServiceNotifier implements Service {
  readonly #isWanted: boolean;
  readonly #watchdogMs: number;
  readonly #dependencies: ServiceNotifierDependencies;
  readonly #send: (word: string) => Promise<void>;
  #timer: Timer | undefined;

  /** @param environment of the process: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID [sd_notify(3)] */
  constructor(
    environment: Readonly<Record<string, string | undefined>>,
    dependencies: ServiceNotifierDependencies,
  ) {
    this.#dependencies = dependencies;
    this.#send = dependencies.send ?? sendByProgram;
    this.#isWanted = (environment['NOTIFY_SOCKET'] ?? '') !== '';
    const pid = environment['WATCHDOG_PID'] ?? String(process.pid);
    const us = pid === String(process.pid) ? Number(environment['WATCHDOG_USEC'] ?? 0) : 0;
    this.#watchdogMs = Number.isFinite(us) ? us / US_PER_MS / WATCHDOG_SHARE : 0;
  }

  /** To be called when the node is ready. */
  async start(): Promise<void> {
    if (!this.#isWanted) return;
    await this.#tell('READY=1');
    if (this.#watchdogMs <= 0) return;
    this.#timer = this.#dependencies.clock.setInterval(() => void this.#live(), this.#watchdogMs);
  }

  /** To be called before anything is stopped. */
  async stop(): Promise<void> {
    this.#dependencies.clock.clear(this.#timer);
    this.#timer = undefined;
    if (this.#isWanted) await this.#tell('STOPPING=1');
  }

  async #live(): Promise<void> {
    if (await this.#dependencies.isAlive()) await this.#tell('WATCHDOG=1');
  }

  /** A manager that cannot be told does what it does with a silent service. */
  async #tell(word: string): Promise<void> {
    try {
      await this.#send(word);
    } catch (error) {
      const reason = errorText(error);
      this.#dependencies.log.warn({ word, reason }, 'the service manager could not be told');
    }
  }
}

async function sendByProgram(word: string): Promise<void> {
  await runFile('systemd-notify', [word], { timeout: LIMIT_MS });
}
