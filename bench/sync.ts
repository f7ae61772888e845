/**
 * `npm run bench:sync`: how fast a fresh node gets what its peer holds, and how fast it accepts what
 * is sent unasked. Petrel and, where one can run (docs/interop.md), PyBitmessage, in one run.
 * Arguments: `--petrel` leaves PyBitmessage out; `--profile=DIR` writes processor profiles of the
 * nodes; words choose cases by their names.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { missingForPyBitmessage } from '../test/interop/pybitmessage.js';
import { createTempDir } from '../test/support/temp-dir.js';
import { printHeld } from './sync/held.js';
import { objectsOf, type ObjectSet } from './sync/objects.js';
import { petrelPull, petrelPush, type PetrelResult } from './sync/petrel-cases.js';
import { pyPull, pyPush } from './sync/py-cases.js';

const ROUNDS = 3;
/** PyBitmessage needs minutes for one. */
const PY_PULL_ROUNDS = 1;

interface Case {
  readonly name: string;
  readonly set: ObjectSet;
  readonly way: 'pull' | 'push';
  readonly settings?: Readonly<Record<string, string>>;
  readonly withPyBitmessage: boolean;
}

const CASES: readonly Case[] = [
  { name: 'small', set: { count: 20_000, bytes: 450 }, way: 'pull', withPyBitmessage: true },
  { name: 'large', set: { count: 20_000, bytes: 1_024 }, way: 'pull', withPyBitmessage: false },
  { name: 'many', set: { count: 100_000, bytes: 1_024 }, way: 'pull', withPyBitmessage: false },
  {
    name: 'delayed',
    set: { count: 20_000, bytes: 450 },
    way: 'pull',
    settings: { 'network.antiintersection': 'true' },
    withPyBitmessage: false,
  },
  { name: 'pushed', set: { count: 20_000, bytes: 450 }, way: 'push', withPyBitmessage: true },
];

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const profileDir = process.argv.find((word) => word.startsWith('--profile='))?.slice(10);
const missing = process.argv.includes('--petrel')
  ? ['it was not wanted']
  : missingForPyBitmessage();
if (missing.length > 0) console.log(`Petrel alone, no PyBitmessage: ${missing.join('; ')}`);

const isWanted = (name: string): boolean => words.length === 0 || words.includes(name);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function describe({ seconds, taker, server }: PetrelResult, count: number): string {
  const micros = (cpuS: number): string => ((cpuS / count) * 1e6).toFixed(0);
  return (
    `  ${seconds.toFixed(2)} s; loop delay p50 ${taker.delayP50Ms.toFixed(1)}, p99 ` +
    `${taker.delayP99Ms.toFixed(1)}, max ${taker.delayMaxMs.toFixed(1)} ms; processor time an ` +
    `object ${micros(taker.cpuS)} us taker${server ? `, ${micros(server.cpuS)} us server` : ''}`
  );
}

async function runCase(test: Case, folder: string): Promise<void> {
  const { name, set, way, settings = {} } = test;
  const objects = await objectsOf(set);
  console.log(`\n${name}: ${way} ${set.count} objects of ${set.bytes} bytes`);
  const petrel: number[] = [];
  const py: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const path = join(folder, `${name}-${round}`);
    mkdirSync(path);
    const run = way === 'pull' ? petrelPull : petrelPush;
    const result = await run({ path, objects, settings, profileDir });
    petrel.push(result.seconds);
    console.log(describe(result, set.count));
    if (!test.withPyBitmessage || missing.length > 0) continue;
    if (way === 'pull' && round >= PY_PULL_ROUNDS) continue;
    const seconds = await (way === 'pull' ? pyPull : pyPush)(path, objects);
    py.push(seconds);
    console.log(`  PyBitmessage ${seconds.toFixed(2)} s`);
  }
  const rate = set.count / median(petrel);
  console.log(
    `${name}: Petrel ${rate.toFixed(0)} objects/s, median ${median(petrel).toFixed(2)} s`,
  );
  if (py.length === 0) return;
  const pyRate = set.count / median(py);
  console.log(
    `${name}: PyBitmessage ${pyRate.toFixed(0)} objects/s, ratio ${(rate / pyRate).toFixed(1)}`,
  );
}

const temp = createTempDir('petrel-sync');
try {
  for (const test of CASES) {
    if (isWanted(test.name)) await runCase(test, temp.path);
  }
  if (isWanted('held')) await printHeld(temp.path);
} finally {
  temp.remove();
}
