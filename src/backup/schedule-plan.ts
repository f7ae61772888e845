/** When and where a node backs itself up, as the settings say. */
import type { Settings } from '../node/settings/settings.js';
import { parsePeriodS } from '../util/period.js';

const MS_PER_S = 1_000;

export interface SchedulePlan {
  readonly directory: string;
  readonly everyMs: number;
  /** Backups that stay. */
  readonly keep: number;
  readonly passphraseFile: string;
}

/** Undefined when no backups are wanted: without a directory. */
export function readPlan(settings: Settings): SchedulePlan | undefined {
  const directory = settings.text('backup.directory');
  const everyS = parsePeriodS(settings.text('backup.every'));
  if (directory === '' || everyS === undefined) return undefined;
  return {
    directory,
    everyMs: everyS * MS_PER_S,
    keep: settings.integer('backup.keep'),
    passphraseFile: settings.text('backup.passphrasefile'),
  };
}

/**
 * When the next backup is due, unix milliseconds; at once when there is none.
 * @param lastMs time of the newest; one that lies in the future (the clock was wrong) does not count
 */
export function nextDueMs(
  { everyMs }: SchedulePlan,
  lastMs: number | undefined,
  nowMs: number,
): number {
  return lastMs === undefined || lastMs > nowMs + everyMs ? nowMs : lastMs + everyMs;
}
