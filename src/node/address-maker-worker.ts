/** One search for keys: the job is the thread's data; it tells its progress, and then what it found. */
import { parentPort, workerData } from 'node:worker_threads';
import { KeySearch, MAX_SEARCH_PASSPHRASE, type OnTries } from '../crypto/key-search.js';
import { createRandomKeys, deterministicKeys, type AddressKeys } from '../crypto/keys.js';
import { errorText } from '../util/errors.js';
import type {
  AddressMakerJob,
  AddressMakerReply,
  DeterministicKeysRequest,
} from './address-maker.js';
import { loadCurveKernel } from './curve-kernel-file.js';

if (!parentPort) throw new Error('this module runs as a worker thread');
const port = parentPort;
const onTries: OnTries = (tries) => reply({ tries });
reply({ found: search(workerData as AddressMakerJob) });

function reply(message: AddressMakerReply): void {
  port.postMessage(message);
}

function search(job: AddressMakerJob): AddressKeys[] {
  try {
    return searchWith(new KeySearch(loadCurveKernel()), job);
  } catch (error) {
    reply({ warning: errorText(error) });
    return searchSlowly(job);
  }
}

function searchWith(fast: KeySearch, job: AddressMakerJob): AddressKeys[] {
  // Random keys show by themselves whether they fit; of a passphrase's keys, some could be left out.
  if (job.type === 'random') return [fast.random(job, onTries)];
  if (!fast.prove()) throw new Error('the kernel gives wrong results');
  if (job.passphrase.length > MAX_SEARCH_PASSPHRASE) return searchSlowly(job);
  return firstKeys(fast.deterministic(job.passphrase, job, onTries), job);
}

function searchSlowly(job: AddressMakerJob): AddressKeys[] {
  if (job.type === 'random') return [createRandomKeys(job)];
  return firstKeys(deterministicKeys(job.passphrase, job), job);
}

function firstKeys(all: Iterable<AddressKeys>, { count }: DeterministicKeysRequest): AddressKeys[] {
  const found: AddressKeys[] = [];
  if (count === 0) return found;
  for (const keys of all) {
    found.push(keys);
    if (found.length === count) break;
  }
  return found;
}
