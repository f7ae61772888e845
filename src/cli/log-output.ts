/** The log of the command line: to stderr, one readable line each on a terminal, JSON elsewhere. */
import { Writable } from 'node:stream';
import { destination, pino, stdSerializers } from 'pino';
import type { Log } from '../util/log.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const STDERR = 2;
const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
};
/** Shown in front, or of no use to people. */
const HIDDEN_FIELDS = new Set(['level', 'time', 'msg', 'layer', 'pid', 'hostname']);
/** Should one of these ever get into a log line, its value does not. */
const SECRETS = ['password', 'apipassword', 'signingKey', 'encryptionKey', 'passphrase'];

/** Stacks of errors are shown at level debug and below only. */
export function createLog(level: LogLevel): Log {
  const showStack = level === 'debug' || level === 'trace';
  const options = {
    level,
    base: null,
    redact: SECRETS.flatMap((name) => [name, `*.${name}`]),
    serializers: { err: showStack ? stdSerializers.err : messageOnly },
  };
  if (!process.stderr.isTTY) return pino(options, destination({ fd: STDERR, sync: true }));
  const readable = new Writable({
    write(chunk: Buffer, _encoding, done) {
      process.stderr.write(`${readableLine(chunk.toString('utf8'))}\n`);
      done();
    },
  });
  return pino(options, readable);
}

/** `12:34:56 warn  network: text key=value` */
export function readableLine(json: string): string {
  const entry = JSON.parse(json) as Record<string, unknown>;
  const time = new Date(entry['time'] as number).toTimeString().slice(0, 8);
  const level = (LEVEL_NAMES[entry['level'] as number] ?? 'fatal').padEnd(5);
  const layer = typeof entry['layer'] === 'string' ? `${entry['layer']}: ` : '';
  const fields = Object.entries(entry)
    .filter(([name]) => !HIDDEN_FIELDS.has(name))
    .map(([name, value]) => ` ${name}=${shown(value)}`);
  return `${time} ${level} ${layer}${String(entry['msg'])}${fields.join('')}`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

function messageOnly(error: Error): { message: string } {
  return { message: error.message };
}
