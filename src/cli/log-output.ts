/** The log of the command line: to stderr, one readable line each on a terminal, JSON elsewhere. */
import { Writable } from 'node:stream';
import { destination, pino, type DestinationStream } from 'pino';
import { systemClock, type Clock } from '../util/clock.js';
import { LEVEL_NUMBERS, type LevelChanges } from '../util/log-levels.js';
import type { Log } from '../util/log.js';
import { Redactor } from '../util/redactor.js';
import { LogRoot, SubsystemLog, type LineSink } from './log/subsystem-log.js';

/** `text`: a line for people. */
export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogOutputOptions {
  readonly levels?: LevelChanges;
  /** Addresses and hosts whole at every level. */
  readonly showAddresses?: boolean;
  /** Default: lines for people on a terminal, JSON elsewhere. */
  readonly format?: LogFormat | undefined;
  readonly clock?: Clock;
}

export interface LogOutput {
  readonly log: Log;
  readonly control: LogRoot;
}

const STDERR = 2;
const LEVEL_NAMES = new Map(Object.entries(LEVEL_NUMBERS).map(([name, number]) => [number, name]));
/** Shown in front, or of no use to people. */
const HIDDEN_FIELDS = new Set(['level', 'time', 'msg', 'layer', 'pid', 'hostname']);

export function createLogOutput(options: LogOutputOptions = {}): LogOutput {
  const { levels = {}, showAddresses = false, clock = systemClock } = options;
  const format = options.format ?? (process.stderr.isTTY ? 'text' : 'json');
  const target = format === 'text' ? readableStream() : destination({ fd: STDERR, sync: true });
  const control = new LogRoot({
    levels,
    redactor: showAddresses ? undefined : new Redactor(),
    sink: pinoSink(target),
    clock,
  });
  return { log: new SubsystemLog(control), control };
}

/** For commands without levels of their own. */
export function createLog(level: LevelChanges['level'] = 'warn'): Log {
  return createLogOutput({ levels: { level } }).log;
}

/** pino makes the lines; which, is decided before. */
function pinoSink(target: DestinationStream): LineSink {
  const lines = pino({ level: 'trace', base: null }, target);
  const writers = new Map<number, LineSink>([
    [LEVEL_NUMBERS.trace, (_level, fields, message) => lines.trace(fields, message)],
    [LEVEL_NUMBERS.debug, (_level, fields, message) => lines.debug(fields, message)],
    [LEVEL_NUMBERS.info, (_level, fields, message) => lines.info(fields, message)],
    [LEVEL_NUMBERS.warn, (_level, fields, message) => lines.warn(fields, message)],
  ]);
  const asError: LineSink = (_level, fields, message) => lines.error(fields, message);
  return (level, fields, message) => (writers.get(level) ?? asError)(level, fields, message);
}

function readableStream(): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      process.stderr.write(`${readableLine(chunk.toString('utf8'))}\n`);
      done();
    },
  });
}

/** `12:34:56 warn  network: text key=value` */
export function readableLine(json: string): string {
  const entry = JSON.parse(json) as Record<string, unknown>;
  const time = new Date(entry['time'] as number).toTimeString().slice(0, 8);
  const level = (LEVEL_NAMES.get(entry['level'] as number) ?? 'fatal').padEnd(5);
  const layer = typeof entry['layer'] === 'string' ? `${entry['layer']}: ` : '';
  const fields = Object.entries(entry)
    .filter(([name]) => !HIDDEN_FIELDS.has(name))
    .map(([name, value]) => ` ${name}=${shown(value)}`);
  return printable(`${time} ${level} ${layer}${String(entry['msg'])}${fields.join('')}`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

/** Control characters would let a peer's text move the cursor or colour the terminal. */
function printable(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
