/**
 * Time from sendMessage to the recipient's inbox and to `ackreceived`, between two processes on loopback
 * at 10/10 difficulty, first with the key unknown, then known. Dandelion off, privacy delays zero. Where
 * a PyBitmessage can run (docs/interop.md), a pair of them is measured in the same run, in turn.
 * With `--privacy`: what the delays and the stem cost, instead of the comparison.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { missingForPyBitmessage } from '../test/interop/pybitmessage.js';
import { createTempDir } from '../test/support/temp-dir.js';
import { measure, petrelPair, pyPair, type Pair, type Times } from './delivery/pairs.js';

const PRIVACY = process.argv.includes('--privacy');
/** A stem takes up to minutes. */
const ROUNDS = PRIVACY ? 3 : 5;
const OPTIONS = { recipients: ROUNDS, body: 'body', ttlS: 3600, fullDifficulty: false };

const DELAYS_ON = {
  'network.announcedelay': '2',
  'network.antiintersection': 'true',
  'privacy.ackdelay': '30',
  'privacy.keyanswerdelay': '30',
};
const STEM_ON = { 'network.dandelion': '90' };
const PRIVACY_VARIANTS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['neither', {}],
  ['delays', DELAYS_ON],
  ['stem', STEM_ON],
  ['both', { ...STEM_ON, ...DELAYS_ON }],
];

async function startPairs(folder: string, pairs: Pair[]): Promise<void> {
  const pathOf = (name: string): string => {
    const path = join(folder, name);
    mkdirSync(path);
    return path;
  };
  if (PRIVACY) {
    for (const [name, settings] of PRIVACY_VARIANTS) {
      pairs.push(await petrelPair({ ...OPTIONS, path: pathOf(name), name, settings }));
    }
    return;
  }
  pairs.push(await petrelPair({ ...OPTIONS, path: pathOf('petrel') }));
  const missing = missingForPyBitmessage();
  if (missing.length === 0) pairs.push(await pyPair({ ...OPTIONS, path: pathOf('py') }));
  else console.log(`Petrel alone; PyBitmessage needs: ${missing.join('; ')}`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function printRow(name: string, kind: string, times: readonly Times[]): void {
  const inboxS = median(times.map((time) => time.inboxS)).toFixed(2);
  const ackS = median(times.map((time) => time.ackS)).toFixed(2);
  console.log(`${name.padEnd(14)} key ${kind.padEnd(8)} inbox ${inboxS} s, ackreceived ${ackS} s`);
}

const temp = createTempDir('petrel-delivery');
const pairs: Pair[] = [];
try {
  await startPairs(temp.path, pairs);
  const unknown = new Map<Pair, Times[]>(pairs.map((pair) => [pair, []]));
  const known = new Map<Pair, Times[]>(pairs.map((pair) => [pair, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, table] of [
      ['unknown', unknown],
      ['known', known],
    ] as const) {
      const measureOne = async (pair: Pair): Promise<void> => {
        const times = await measure(pair, pair.recipients[round] ?? '', `${kind} ${round}`);
        table.get(pair)?.push(times);
      };
      // Programs are compared in turn; variants of one program mostly wait and may wait together.
      if (PRIVACY) await Promise.all(pairs.map(measureOne));
      else for (const pair of pairs) await measureOne(pair);
    }
  }
  console.log(`medians of ${ROUNDS} rounds`);
  for (const pair of pairs) {
    printRow(pair.name, 'unknown', unknown.get(pair) ?? []);
    printRow(pair.name, 'known', known.get(pair) ?? []);
  }
} finally {
  await Promise.all(pairs.map((pair) => pair.stop()));
  temp.remove();
}
