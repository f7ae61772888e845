/** What is in a backup, for people. */
import type { Manifest } from '../backup/manifest.js';

const MIN_NAME_WIDTH = 13;

/** A line for each file: `mail.db        126976 bytes, schema 3: 2 identities, 6 received`. */
export function manifestLines({ files }: Manifest): string[] {
  const width = Math.max(MIN_NAME_WIDTH, ...files.map(({ name }) => name.length));
  return files.map(({ name, size, schema, counts = {} }) => {
    const parts = Object.entries(counts).filter(([, count]) => count > 0);
    const what = parts.map(([kind, count]) => `${count} ${kind}`).join(', ');
    const version = schema === undefined ? '' : `, schema ${schema}: ${what || 'empty'}`;
    return `${name.padEnd(width)} ${size} bytes${version}`;
  });
}

/** `2026-11-21 03:15:00 UTC` */
export function shownTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
