/**
 * Benchmark of trial decryption, signing and verifying: `npm run bench:decrypt [rounds]`. Times are for
 * one identity and object, none of the objects being for an identity: nearly all on the network are so.
 */
import { availableParallelism } from 'node:os';
import { TrialKernel } from '../src/crypto/curve-kernel.js';
import { LANES } from '../src/crypto/trial-four-kernel.js';
import { publicKeyOf, randomPrivateKey } from '../src/crypto/curve.js';
import { signMessage, verifySignature } from '../src/crypto/ecdsa.js';
import { encryptEcies } from '../src/crypto/ecies.js';
import { loadCurveKernel, loadTrialFour } from '../src/node/curve-kernel-file.js';
import { kernelKeyTrier, slowKeyTrier, type KeyTrier } from '../src/node/decrypt/key-trier.js';
import { signWithKernel } from '../src/node/signing-kernel-file.js';
import { randomBytes } from '../src/util/random.js';
import { compare, timed, type Contestant } from './interleaved.js';
import { startReference, type Reference, type ReferenceTask } from './reference-crypto.js';

const ROUNDS = Number(process.argv[2] ?? 7);
/** Identities, and how much faster per identity than the reference is wanted. */
const TARGETS = [
  [1, 9],
  [10, 20],
  [100, 40],
  [1000, 60],
  [10_000, 80],
] as const;
const SHORT_LENGTH = 300;
/** Makes an object of nearly 256 KiB, the largest there is. */
const LONG_LENGTH = 261_000;
const MESSAGE = randomBytes(500);

const withKernel = kernelKeyTrier(new TrialKernel(loadCurveKernel()), loadTrialFour());

function makeKeys(count: number): { id: string; key: Uint8Array }[] {
  return Array.from({ length: count }, (_, i) => ({ id: `${i}`, key: randomPrivateKey() }));
}

function trierFor(count: number, make = withKernel): KeyTrier {
  const trier = make();
  trier.add(makeKeys(count));
  return trier;
}

function foreignContainers(length: number): () => Uint8Array {
  const all = Array.from({ length: 50 }, () =>
    encryptEcies(publicKeyOf(randomPrivateKey()), new Uint8Array(length)),
  );
  let next = 0;
  return () => all[next++ % all.length] ?? new Uint8Array();
}

function referenceContestant(
  reference: Reference,
  task: ReferenceTask,
  runs: number,
  name: string,
): Contestant {
  const sample = async (): Promise<number> => ((await reference.run(task, runs)) * 1e6) / runs;
  return { name: `${reference.name}: ${name}`, sample };
}

function trialContestants(reference: string, nextContainer: () => Uint8Array): Contestant[] {
  return TARGETS.flatMap(([count, wanted]) => {
    const trier = trierFor(count);
    const sample = (): number => timed(() => void trier.openAll([nextContainer()])) / count;
    const name = `${count} ${count === 1 ? 'identity' : 'identities'}`;
    const four = (): number =>
      timed(() => void trier.openAll(Array.from({ length: LANES }, nextContainer))) / count / LANES;
    return [
      { name, against: reference, wanted, sample },
      { name: `${name}, four objects at a time`, against: reference, sample: four },
    ];
  });
}

signWithKernel((reason) => console.log(`signing goes the slow way: ${reason}`));
const reference = await startReference();
try {
  const short = foreignContainers(SHORT_LENGTH);
  const long = foreignContainers(LONG_LENGTH);
  const miss = referenceContestant(reference, 'miss', 200, 'a miss');
  const longMiss = referenceContestant(reference, 'miss-long', 50, 'a miss, 256 KiB');
  const sign = referenceContestant(reference, 'sign', 100, 'sign');
  const verify = referenceContestant(reference, 'verify', 100, 'verify');
  const thousand = trierFor(1000);
  const slow = trierFor(10, slowKeyTrier);
  const key = randomPrivateKey();
  const publicKey = publicKeyOf(key);
  const signature = signMessage(key, MESSAGE);
  console.log(`node ${process.version}, ${availableParallelism()} cores, one of them used\n`);
  await compare(
    [
      miss,
      ...trialContestants(miss.name, short),
      {
        name: 'without the kernel, 10 identities',
        against: miss.name,
        sample: () => timed(() => void slow.openAll([short()])) / 10,
      },
      longMiss,
      {
        name: '1000 identities, 256 KiB',
        against: longMiss.name,
        wanted: 60,
        sample: () => timed(() => void thousand.openAll([long()])) / 1000,
      },
      sign,
      {
        name: 'sign',
        against: sign.name,
        wanted: 25,
        sample: () => timed(() => void signMessage(key, MESSAGE)),
      },
      verify,
      {
        name: 'verify',
        against: verify.name,
        wanted: 7,
        sample: () => timed(() => void verifySignature(publicKey, MESSAGE, signature)),
      },
    ],
    ROUNDS,
  );
} finally {
  reference.stop();
}
