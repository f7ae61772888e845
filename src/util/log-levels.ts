/** How much each part of the program logs. */

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** pino's numbers; `silent` is above all. */
export const LEVEL_NUMBERS: Readonly<Record<LogLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  silent: 60,
};

/**
 * What can have a level of its own: the field `layer` of a line, and `node` for lines without one.
 * A test compares it with the layers that the sources name.
 */
export const SUBSYSTEMS = [
  'node',
  'store',
  'pow',
  'decrypt',
  'addresses',
  'network',
  'mail',
  'api',
  'health',
  'backup',
] as const;
export type Subsystem = (typeof SUBSYSTEMS)[number];

/** A wish: a level for all, or for some, or both; then the single ones count. */
export interface LevelChanges {
  readonly level?: LogLevel | undefined;
  readonly subsystems?: Readonly<Partial<Record<Subsystem, LogLevel>>> | undefined;
}

/** The levels of a running log. */
export interface LogControl {
  levels(): Record<Subsystem, LogLevel>;
  change(changes: LevelChanges): void;
  /** True when addresses and hosts are written whole at every level. */
  readonly showsAddresses: boolean;
}

export function isLogLevel(text: string): text is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(text);
}

export function isSubsystem(text: string): text is Subsystem {
  return (SUBSYSTEMS as readonly string[]).includes(text);
}

/** What is wrong with a text of levels, for the user. */
export interface LevelProblem {
  readonly problem: string;
}

/**
 * Reads `info`, `info,network=debug` or `network=debug,pow=trace`, separated by commas or blanks; of
 * several for the same the last counts. An empty text wishes nothing.
 */
export function parseLevels(text: string): LevelChanges | LevelProblem {
  let level: LogLevel | undefined;
  const subsystems: Partial<Record<Subsystem, LogLevel>> = {};
  for (const part of text.split(/[\s,]+/).filter((one) => one !== '')) {
    const sign = part.indexOf('=');
    const wanted = part.slice(sign + 1).toLowerCase();
    const name = part.slice(0, Math.max(0, sign)).toLowerCase();
    if (!isLogLevel(wanted)) {
      return { problem: `${part}: a level is one of ${LOG_LEVELS.join(', ')}` };
    }
    if (sign < 0) level = wanted;
    else if (isSubsystem(name)) subsystems[name] = wanted;
    else return { problem: `${part}: a subsystem is one of ${SUBSYSTEMS.join(', ')}` };
  }
  return { level, subsystems };
}

/** What is wrong with a text of levels; undefined when it is right. For option tables. */
export function levelsProblem(text: string): string | undefined {
  const parsed = parseLevels(text);
  return 'problem' in parsed ? `LEVEL,SUBSYSTEM=LEVEL… (${parsed.problem})` : undefined;
}
