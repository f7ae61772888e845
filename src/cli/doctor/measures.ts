/** Small things that several checks need. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** As people say it: `312 MiB`, `12.5 GiB`. */
export function megabytes(bytes: number): string {
  if (bytes >= GIB) return `${(bytes / GIB).toFixed(1)} GiB`;
  return `${Math.round(bytes / MIB)} MiB`;
}

/** The directory itself, or the nearest one above it that is there; undefined when none is. */
export function existing(directory: string): string | undefined {
  let found = directory;
  while (!existsSync(found)) {
    const parent = dirname(found);
    if (parent === found) return undefined;
    found = parent;
  }
  return found;
}
