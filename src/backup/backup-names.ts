/** Names of the backups that a schedule makes: `petrel-1a2b3c4d-20261121T031500Z.backup`. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

const ID_DIGITS = 8;
const ENDING = '.backup';

/** Says of a backup to which directory on which machine it belongs: others in the same place stay. */
export function directoryId(dataDir: string, host = hostname()): string {
  return createHash('sha256').update(`${host}\n${dataDir}`).digest('hex').slice(0, ID_DIGITS);
}

/** @param timeMs unix milliseconds; counts in seconds */
export function backupName(id: string, timeMs: number): string {
  const time = new Date(timeMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `petrel-${id}-${time}${ENDING}`;
}

/** When the backup of that name was made, unix milliseconds; undefined for any other file. */
export function backupTimeMs(id: string, name: string): number | undefined {
  const prefix = `petrel-${id}-`;
  if (!name.startsWith(prefix)) return undefined;
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.backup$/.exec(name.slice(prefix.length));
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
