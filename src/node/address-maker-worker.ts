/** Searches for keys, one job after the other: for each it tells its progress, and then what it found. */
import { parentPort } from 'node:worker_threads';
import { KeySearch, MAX_SEARCH_PASSPHRASE } from '../crypto/key-search.js';
import { createRandomKeys, deterministicPair, type AddressKeys } from '../crypto/keys.js';
import { errorText } from '../util/errors.js';
import type { SearchJob, SearchReply } from './address-search.js';
import { loadCurveKernel } from './curve-kernel-file.js';

if (!parentPort) throw new Error('this module runs as a worker thread');
const port = parentPort;
let fast = tryKernel(() => new KeySearch(loadCurveKernel()));
let isProved = false;
port.on('message', (job: SearchJob) => reply({ found: search(job) }));

function reply(message: SearchReply): void {
  port.postMessage(message);
}

/** Undefined, after a word of warning, when the kernel does not work: from then on it goes the slow way. */
function tryKernel<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    fast = undefined;
    reply({ warning: errorText(error) });
    return undefined;
  }
}

function search(job: SearchJob): AddressKeys[] {
  const kernel = fast;
  return (kernel && tryKernel(() => searchWith(kernel, job))) ?? searchSlowly(job);
}

function searchWith(kernel: KeySearch, job: SearchJob): AddressKeys[] {
  // Random keys show by themselves whether they fit; of a passphrase's keys, some could be left out.
  if (job.type === 'random') return [kernel.random(job, (tries) => reply({ tries }))];
  isProved ||= kernel.prove();
  if (!isProved) throw new Error('the kernel gives wrong results');
  if (job.passphrase.length > MAX_SEARCH_PASSPHRASE) return searchSlowly(job);
  return kernel.range(job, job);
}

function searchSlowly(job: SearchJob): AddressKeys[] {
  if (job.type === 'random') return [createRandomKeys(job)];
  const pairs = Array.from({ length: job.pairs }, (_, i) =>
    deterministicPair(job.passphrase, job.first + i, job),
  );
  return pairs.filter((keys) => keys !== undefined);
}
