/** What this program calls itself. */
import { readFileSync } from 'node:fs';

export const SOFTWARE_NAME = 'Petrel';

/** From package.json, three folders up from where this runs (dist/src/util). */
export const SOFTWARE_VERSION = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  }
).version;
