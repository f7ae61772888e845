/** Makes the node's backups while it runs: one at a time, when they are due, and keeps the newest ones. */
import type { Clock, Timer } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import type { Service } from '../util/service.js';
import { BackupDirectory } from './backup-directory.js';
import { directoryId } from './backup-names.js';
import { runBackupTask } from './backup-task.js';
import { readPassphraseFile } from './passphrase-file.js';
import { nextDueMs, type SchedulePlan } from './schedule-plan.js';
import { readScheduleState, writeScheduleState, type ScheduleState } from './schedule-state.js';
import { removeStaleScratch } from './scratch.js';

/** Settings and time are looked at this often: what `petrel backup schedule` sets counts soon. */
const LOOK_PERIOD_MS = 15_000;
/** After a failure (disk full, directory not mounted) it is tried again after this time. */
const RETRY_MS = 900_000;

export interface BackupScheduleOptions {
  readonly dataDir: string;
  /** What the settings say now. @throws UserError when they cannot be read */
  readonly plan: () => SchedulePlan | undefined;
}

export interface BackupScheduleDependencies {
  readonly log: Log;
  readonly clock: Clock;
  /** For tests. */
  readonly run?: typeof runBackupTask;
}

export class BackupSchedule implements Service {
  readonly #options: BackupScheduleOptions;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #run: typeof runBackupTask;
  readonly #stopping = new AbortController();
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  /** Not before: set by a failure. */
  #retryMs = -Infinity;

  constructor(options: BackupScheduleOptions, dependencies: BackupScheduleDependencies) {
    this.#options = options;
    this.#log = dependencies.log;
    this.#clock = dependencies.clock;
    this.#run = dependencies.run ?? runBackupTask;
  }

  /** Also removes what a process that was killed left of the mail in the clear. */
  start(): Promise<void> {
    const removed = removeStaleScratch(this.#options.dataDir);
    if (removed > 0) this.#log.info({ removed }, 'leftovers of an interrupted backup removed');
    this.#timer = this.#clock.setInterval(() => this.#look(), LOOK_PERIOD_MS);
    return Promise.resolve();
  }

  /** A backup under way is given up. */
  async stop(): Promise<void> {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
    this.#stopping.abort(new Error('stopped'));
    await this.#running;
    removeStaleScratch(this.#options.dataDir);
  }

  #look(): void {
    if (this.#running || this.#clock.monotonicMs() < this.#retryMs) return;
    this.#running = this.#backUpIfDue()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #backUpIfDue(): Promise<void> {
    const plan = this.#options.plan();
    if (!plan) return;
    const { dataDir } = this.#options;
    const directory = new BackupDirectory(plan.directory, directoryId(dataDir));
    const nowMs = this.#clock.nowMs();
    if (nowMs < nextDueMs(plan, directory.list().at(-1)?.timeMs, nowMs)) return;
    const startedMs = this.#clock.monotonicMs();
    directory.removePartials();
    const passphrase = readPassphraseFile(plan.passphraseFile);
    const target = directory.pathAt(nowMs);
    const { bytes } = await this.#run(
      'create',
      { dataDir, target, passphrase, withNetwork: false, force: false, nowMs },
      { signal: this.#stopping.signal },
    );
    const tookMs = Math.round(this.#clock.monotonicMs() - startedMs);
    this.#remember({ success: { timeMs: nowMs, path: target, bytes, tookMs } });
    const deleted = directory.rotate(plan.keep);
    this.#log.info({ path: target, bytes, tookMs, deleted: deleted.length }, 'backup made');
  }

  /** The node goes on: its mail is where it was. */
  #failed(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#retryMs = this.#clock.monotonicMs() + RETRY_MS;
    const { success } = readScheduleState(this.#options.dataDir);
    const failure = { timeMs: this.#clock.nowMs(), error: errorText(error) };
    this.#remember({ ...(success && { success }), failure });
    this.#log.error({ error: failure.error }, 'the scheduled backup failed');
  }

  #remember(state: ScheduleState): void {
    try {
      writeScheduleState(this.#options.dataDir, state);
    } catch (error) {
      this.#log.warn({ error: errorText(error) }, 'the state of backups cannot be written');
    }
  }
}
