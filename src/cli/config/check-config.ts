/** `petrel config check`: all that would keep a start from doing what is wanted. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkSettings, type Finding } from '../../node/settings/settings-check.js';
import { inspectRights } from '../../store/data-rights.js';
import { errorText } from '../../util/errors.js';
import { levelsProblem } from '../../util/log-levels.js';
import type { DataDirChoice } from '../data-dir.js';
import type { Override } from '../setting-flags.js';

const LEVEL_VARIABLE = 'PETREL_LOG_LEVEL';

/** Changes nothing. Errors come first. */
export function checkConfig(
  { path, isDefault }: DataDirChoice,
  overrides: readonly Override[],
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] {
  const { findings } = checkSettings({ dataDir: path, overrides, environment });
  const all = [...findings, ...levelFindings(environment), ...directoryFindings(path, isDefault)];
  return [
    ...all.filter(({ severity }) => severity === 'error'),
    ...all.filter(({ severity }) => severity === 'warning'),
  ];
}

function levelFindings(environment: Readonly<Record<string, string | undefined>>): Finding[] {
  const text = environment[LEVEL_VARIABLE] ?? '';
  const problem = text === '' ? undefined : levelsProblem(text);
  if (problem === undefined) return [];
  return [{ severity: 'error', message: `${LEVEL_VARIABLE}=${text}: must be ${problem}` }];
}

function directoryFindings(path: string, isDefault: boolean): Finding[] {
  const error = (message: string): Finding[] => [{ severity: 'error', message }];
  if (!existsSync(path)) {
    const parent = dirname(path);
    if (isDefault || existsSync(parent)) return [];
    return error(`${path} cannot be made: ${parent} does not exist`);
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return inspectRights(path).map(({ kind, message }) => {
      if (kind === 'refused') return { severity: 'error', message };
      const end = kind === 'closable' ? '; the next start closes it' : '';
      return { severity: 'warning', message: `${message}${end}` };
    });
  } catch (failure) {
    return error(`${path} cannot be used (${errorText(failure)}); check its owner and mode`);
  }
}
