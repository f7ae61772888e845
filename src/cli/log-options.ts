/** What the log of a start is like: option, environment, settings. */
import type { Settings } from '../node/settings/settings.js';
import { UserError } from '../util/errors.js';
import { parseLevels, type LevelChanges } from '../util/log-levels.js';
import { createLogOutput, type LogFormat, type LogOutput } from './log-output.js';

export interface LogOptions {
  /** As {@link parseLevels} reads it. */
  logLevel?: string;
  logAddresses?: boolean;
  logFormat?: LogFormat;
}

/** Shorter than PETREL_SET_LOG_LEVEL, and for every command. */
const LEVEL_VARIABLE = 'PETREL_LOG_LEVEL';

/** @throws UserError for a wrong PETREL_LOG_LEVEL; the others are checked where they are read. */
export function logOutputOf(
  { logLevel, logAddresses, logFormat }: LogOptions,
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): LogOutput {
  const format = logFormat ?? settings.text('log.format');
  return createLogOutput({
    levels: levelsOf(
      ['log.level', settings.text('log.level')],
      [LEVEL_VARIABLE, environment[LEVEL_VARIABLE]],
      ['--log-level', logLevel],
    ),
    showAddresses: logAddresses ?? settings.boolean('log.addresses'),
    format: format === 'text' || format === 'json' ? format : undefined,
  });
}

/** Later sources count over earlier ones, as a whole where they name a level for all. */
function levelsOf(
  ...sources: readonly (readonly [name: string, text: string | undefined])[]
): LevelChanges {
  let found: LevelChanges = {};
  for (const [name, text] of sources) {
    const parsed = parseLevels(text ?? '');
    if ('problem' in parsed) throw new UserError(`${name}=${text ?? ''}: ${parsed.problem}`);
    const subsystems =
      parsed.level === undefined
        ? { ...found.subsystems, ...parsed.subsystems }
        : parsed.subsystems;
    found = { level: parsed.level ?? found.level, subsystems };
  }
  return found;
}
