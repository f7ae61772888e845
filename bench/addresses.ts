/**
 * Benchmark of address making: `npm run bench:addresses [rounds]`. First the cost of one try, then
 * whole calls of the service as a node makes them, with the thread that each starts.
 */
import { availableParallelism } from 'node:os';
import { KeySearch } from '../src/crypto/key-search.js';
import { WorkerAddressMaker } from '../src/node/address-maker.js';
import { loadCurveKernel } from '../src/node/curve-kernel-file.js';
import { randomBytes } from '../src/util/random.js';
import { compare, type Contestant } from './interleaved.js';
import { startReference, type ReferenceTask } from './reference-crypto.js';

const ROUNDS = Number(process.argv[2] ?? 7);
/** Whole calls whose median is printed, for the rows that take long. */
const CALLS = 50;
const SAMPLE_MS = 300;

const search = new KeySearch(loadCurveKernel());
const maker = new WorkerAddressMaker();

/** Microseconds for a try: addresses are made until the sample is long enough. */
function perTry(make: (onTries: (tries: number) => void) => void): number {
  let tries = 0;
  const startMs = performance.now();
  const passedMs = (): number => performance.now() - startMs;
  do {
    let ofThisOne = 0;
    make((now) => (ofThisOne = now));
    tries += ofThisOne;
  } while (passedMs() < SAMPLE_MS);
  return (passedMs() * 1000) / tries;
}

async function call(name: string, limitS: number, make: () => Promise<unknown>): Promise<void> {
  const seconds: number[] = [];
  for (let i = 0; i < CALLS; i++) {
    const startMs = performance.now();
    await make();
    seconds.push((performance.now() - startMs) / 1000);
  }
  const [median = NaN] = seconds.sort((a, b) => a - b).slice(CALLS / 2);
  console.log(`${name.padEnd(48)}${median.toFixed(3).padStart(8)} s, wanted < ${limitS} s`);
}

const reference = await startReference();
try {
  const contestant = (task: ReferenceTask): Contestant => ({
    name: `${reference.name}: ${task}, a try`,
    sample: async () => ((await reference.run(task, 100)) * 1e6) / 100,
  });
  const [random, deterministic] = [contestant('random'), contestant('deterministic')];
  console.log(`node ${process.version}, ${availableParallelism()} cores, one of them used\n`);
  await compare(
    [
      random,
      {
        name: 'random, a try',
        against: random.name,
        wanted: 100,
        // With an impossible ripe the search would not end: two zero bytes are many tries.
        sample: () => perTry((onTries) => search.random({ leadingZeroBytes: 2 }, onTries)),
      },
      deterministic,
      {
        name: 'deterministic, a try',
        against: deterministic.name,
        wanted: 45,
        sample: () =>
          perTry((onTries) => {
            const found = search.deterministic(randomBytes(16), { leadingZeroBytes: 1 }, onTries);
            for (let i = 0; i < 40; i++) found.next();
          }),
      },
    ],
    ROUNDS,
  );
  console.log(`\nwhole calls, medians of ${CALLS}`);
  const one = { leadingZeroBytes: 1 };
  const two = { leadingZeroBytes: 2 };
  const hundred = (): Promise<unknown> =>
    maker.deterministic({ passphrase: randomBytes(16), count: 100, ...one });
  await call('random', 0.1, () => maker.random(one));
  await call('random, eighteen-byte ripe', 0.5, () => maker.random(two));
  await call('deterministic, 100 addresses', 0.4, hundred);
  await call('deterministic, eighteen-byte ripe', 1.5, () =>
    maker.deterministic({ passphrase: randomBytes(16), count: 1, ...two }),
  );
} finally {
  await maker.stop();
  reference.stop();
}
