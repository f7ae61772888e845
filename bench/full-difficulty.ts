/**
 * A message of 1 KB that lives for four days, at the network's own difficulty, from sendMessage to the
 * recipient's inbox: `npm run bench:full-difficulty [messages]`. The first needs the recipient's key,
 * the others acknowledgement and message only. Petrel with and without its native addon (npm run
 * build:native) and, where a PyBitmessage can run (docs/interop.md), a pair of them, in turn.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ADDON_FILE } from '../src/pow/native-addon.js';
import { missingForPyBitmessage } from '../test/interop/pybitmessage.js';
import { createTempDir } from '../test/support/temp-dir.js';
import { measure, petrelPair, pyPair, type Pair, type Times } from './delivery/pairs.js';

/** Proofs of work differ widely: the more messages, the better the mean. */
const MESSAGES = Number(process.argv[2] ?? 5);
const OPTIONS = {
  recipients: 1,
  body: 'x'.repeat(1024),
  ttlS: 4 * 86_400,
  fullDifficulty: true,
};

/** The addon is switched off by the environment that the processes inherit. */
async function withoutAddon<Value>(start: () => Promise<Value>): Promise<Value> {
  process.env['PETREL_POW_ADDON'] = 'off';
  try {
    return await start();
  } finally {
    delete process.env['PETREL_POW_ADDON'];
  }
}

async function startPairs(folder: string): Promise<Pair[]> {
  const options = (name: string) => {
    const path = join(folder, name);
    mkdirSync(path);
    return { ...OPTIONS, path };
  };
  const pairs: Pair[] = [];
  const plain = await withoutAddon(() => petrelPair(options('plain')));
  pairs.push({ ...plain, name: 'Petrel, WebAssembly' });
  if (existsSync(ADDON_FILE)) {
    const native = await petrelPair(options('native'));
    pairs.push({ ...native, name: 'Petrel, native addon' });
  }
  const missing = missingForPyBitmessage();
  if (missing.length === 0) pairs.push(await pyPair(options('py')));
  else console.log(`Petrel alone; PyBitmessage needs: ${missing.join('; ')}`);
  return pairs;
}

function print(name: string, [first, ...others]: readonly Times[]): void {
  const mean = (pick: (times: Times) => number): string =>
    (others.reduce((sum, times) => sum + pick(times), 0) / others.length).toFixed(1);
  console.log(
    `${name.padEnd(22)} first to the inbox ${first?.inboxS.toFixed(1) ?? ''} s; ` +
      `the others, mean: inbox ${mean(({ inboxS }) => inboxS)} s, ` +
      `acknowledged ${mean(({ ackS }) => ackS)} s`,
  );
}

const temp = createTempDir('petrel-full-difficulty');
const pairs: Pair[] = [];
try {
  pairs.push(...(await startPairs(temp.path)));
  const taken = new Map<Pair, Times[]>(pairs.map((pair) => [pair, []]));
  for (let n = 0; n < MESSAGES; n++) {
    for (const pair of pairs) {
      taken.get(pair)?.push(await measure(pair, pair.recipients[0] ?? '', `message ${n}`));
    }
  }
  console.log(`${MESSAGES} messages of 1 KB, four days to live, difficulty 1000/1000`);
  for (const pair of pairs) print(pair.name, taken.get(pair) ?? []);
} finally {
  await Promise.all(pairs.map((pair) => pair.stop()));
  temp.remove();
}
