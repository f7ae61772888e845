/**
 * Objects with a real proof of work at 10/10, as many as a benchmark needs: made once by several
 * threads, kept in a file outside the tree, made anew when little of their life is left.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { MakerRequest } from './object-maker.js';

/** Short, so that the work stays small; long enough for a day of measuring. */
const TTL_S = 12 * 3600;
/** With less life left the objects are made anew: the slowest program takes minutes. */
const MIN_LEFT_S = 3600;

export interface ObjectSet {
  readonly count: number;
  /** Length of a whole object, bytes. */
  readonly bytes: number;
}

/** `count` different objects of `bytes` bytes each, as views of one buffer. */
export async function objectsOf({ count, bytes }: ObjectSet): Promise<Uint8Array[]> {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'petrel-bench');
  mkdirSync(folder, { recursive: true });
  const begin = `objects-${count}x${bytes}-until-`;
  const nowS = Math.floor(Date.now() / 1000);
  for (const name of readdirSync(folder).filter((file) => file.startsWith(begin))) {
    const untilS = Number(name.slice(begin.length));
    if (untilS - nowS > MIN_LEFT_S) return split(readFileSync(join(folder, name)), bytes);
    rmSync(join(folder, name));
  }
  console.log(`making ${count} objects of ${bytes} bytes, once for some hours; not timed`);
  const expiresS = nowS + TTL_S;
  const made = Buffer.concat(await make(count, { bytes, expiresS, nowS }));
  const path = join(folder, begin + String(expiresS));
  writeFileSync(`${path}.new`, made);
  renameSync(`${path}.new`, path);
  return split(made, bytes);
}

function split(all: Uint8Array, bytes: number): Uint8Array[] {
  return Array.from({ length: all.length / bytes }, (_, index) =>
    all.subarray(index * bytes, (index + 1) * bytes),
  );
}

function make(count: number, rest: Omit<MakerRequest, 'count'>): Promise<Uint8Array[]> {
  const threads = availableParallelism();
  const shares = Array.from(
    { length: threads },
    (_, index) =>
      Math.floor(((index + 1) * count) / threads) - Math.floor((index * count) / threads),
  );
  return Promise.all(shares.map((share) => makeShare({ ...rest, count: share })));
}

function makeShare(request: MakerRequest): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./object-maker.js', import.meta.url), {
      workerData: request,
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
