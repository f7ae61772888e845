import { existsSync, statSync } from 'node:fs';
import { readPlan } from '../../../backup/schedule-plan.js';
import { readScheduleState } from '../../../backup/schedule-state.js';
import { dataDirPaths } from '../../../store/data-dir.js';
import { defineCheck } from '../check.js';

/** So many periods without a backup are too many: one may have been missed while the machine was off. */
const PERIODS = 2;
const HOUR_MS = 3_600_000;

export const backups = defineCheck({
  name: 'backups',
  about:
    'Backups that the node makes of itself (petrel backup schedule), and how old the last one is.',
  problems: {
    none: {
      state: 'warning',
      means: 'There is mail, and no backups are made by the node.',
      remedy:
        'petrel backup schedule --help, or petrel backup create now and then; docs/backup.md.',
    },
    'same-disk': {
      state: 'warning',
      means: 'The backups are on the same disk as the data: one broken disk takes both.',
      remedy: 'Set backup.directory to a directory on another disk.',
    },
    overdue: {
      state: 'warning',
      means: 'The last backup is older than two of the periods that are wished.',
      remedy:
        'Let the node run, and look into its log for "backup"; petrel backup create makes one at once.',
    },
    failed: {
      state: 'failure',
      means: 'The last try failed.',
      remedy: 'Do what the line says; petrel backup create shows whether it works then.',
    },
  },
  look({ settings, dataDir, clock }, report) {
    if (!settings) return;
    const plan = readPlan(settings);
    if (!plan) {
      if (existsSync(dataDirPaths(dataDir).mail))
        report.found('none', 'the node makes no backups of itself');
      else report.ok('there is nothing to back up yet');
      return;
    }
    const { success, failure } = readScheduleState(dataDir);
    if (failure) report.found('failed', failure.error);
    const ageMs = success ? clock.nowMs() - success.timeMs : undefined;
    const age =
      ageMs === undefined
        ? 'none was made yet'
        : `the last one is ${Math.round(ageMs / HOUR_MS)} h old`;
    const text = `${age} (${plan.directory}, wished every ${Math.round(plan.everyMs / HOUR_MS)} h)`;
    if (ageMs !== undefined && ageMs > PERIODS * plan.everyMs) report.found('overdue', text);
    else if (!failure) report.ok(text);
    if (isSameDisk(plan.directory, dataDir))
      report.found('same-disk', `${plan.directory} is on the disk of ${dataDir}`);
  },
});

function isSameDisk(one: string, other: string): boolean {
  const [first, second] = [one, other].map(
    (path) => statSync(path, { throwIfNoEntry: false })?.dev,
  );
  return first !== undefined && first === second;
}
