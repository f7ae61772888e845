/**
 * What the benchmarks of the curve compare with: PyBitmessage's own routines in a child process where
 * PYBITMESSAGE_DIR names a checkout and there is a python 2.7, else node:crypto as a stand-in.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  createECDH,
  createHash,
  createHmac,
  createSign,
  createVerify,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findPython, findSix } from '../test/interop/pybitmessage.js';

export const REFERENCE_TASKS = [
  /** A container of about 300 bytes, or 256 KiB, tried with a key it is not for. */
  'miss',
  'miss-long',
  'sign',
  'verify',
  /** One try of the search for an address. */
  'random',
  'deterministic',
] as const;
export type ReferenceTask = (typeof REFERENCE_TASKS)[number];

export interface Reference {
  readonly name: string;
  /** Seconds that so many runs of the task take. */
  run(task: ReferenceTask, runs: number): Promise<number>;
  /** Of the last run, the seconds that the processor worked for it: other programs do not count. */
  processorSeconds(): number;
  stop(): void;
}

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

export async function startReference(): Promise<Reference> {
  return (await startPyBitmessage()) ?? nodeReference();
}

async function startPyBitmessage(): Promise<Reference | undefined> {
  const source = join(process.env['PYBITMESSAGE_DIR'] ?? '', 'src');
  const [python, six] = [findPython(), findSix()];
  if (!existsSync(join(source, 'highlevelcrypto.py')) || !python || !six) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'petrel-bench-'));
  copyFileSync(six, join(folder, 'six.py'));
  if (spawnSync(python, ['-c', 'import _hashlib']).status !== 0) {
    const standIn = join(projectRoot, 'test', 'interop', 'python2', '_hashlib.py');
    copyFileSync(standIn, join(folder, '_hashlib.py'));
  }
  const script = join(projectRoot, 'bench', 'baseline', 'pybitmessage-crypto.py');
  const child = spawn(python, ['-B', script, source, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('the reference ended early');
    return line.value;
  };
  await answer();
  let [passed, used] = [0, 0];
  return {
    name: 'PyBitmessage',
    async run(task, runs) {
      child.stdin.write(`${task} ${runs}\n`);
      [passed = 0, used = 0] = (await answer()).split(' ').map(Number);
      return passed;
    },
    processorSeconds: () => used,
    stop() {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}

function nodeReference(): Reference {
  const [mine, theirs] = [createECDH('secp256k1'), createECDH('secp256k1')];
  mine.generateKeys();
  theirs.generateKeys();
  const theirKey = theirs.getPublicKey();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const message = randomBytes(500);
  const [short, long] = [randomBytes(400), randomBytes(261_000)];
  const sign = (): Buffer => createSign('sha256').update(message).sign(privateKey);
  const signature = sign();
  const miss = (container: Uint8Array): void => {
    const keys = createHash('sha512').update(mine.computeSecret(theirKey)).digest();
    createHmac('sha256', keys.subarray(32)).update(container).digest();
  };
  const ripe = (...publicKeys: Uint8Array[]): void => {
    const hash = createHash('sha512');
    for (const one of publicKeys) hash.update(one);
    createHash('sha256').update(hash.digest()).digest();
  };
  const tasks: Record<ReferenceTask, () => unknown> = {
    miss: () => miss(short),
    'miss-long': () => miss(long),
    sign,
    verify: () => createVerify('sha256').update(message).verify(publicKey, signature),
    random: () => ripe(theirKey, mine.generateKeys()),
    deterministic: () => ripe(mine.generateKeys(), theirs.generateKeys()),
  };
  let used = 0;
  return {
    name: 'node:crypto (stand-in for PyBitmessage)',
    run(task, runs) {
      const startMs = performance.now();
      const before = process.cpuUsage();
      for (let i = 0; i < runs; i++) tasks[task]();
      used = process.cpuUsage(before).user / 1e6;
      return Promise.resolve((performance.now() - startMs) / 1000);
    },
    processorSeconds: () => used,
    stop: () => undefined,
  };
}
