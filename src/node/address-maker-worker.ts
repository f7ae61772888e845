/** One search for keys: the job is the thread's data, the keys found are its only message. */
import { parentPort, workerData } from 'node:worker_threads';
import { createRandomKeys, deterministicKeys, type AddressKeys } from '../crypto/keys.js';
import type { AddressMakerJob, DeterministicKeysRequest } from './address-maker.js';

const job = workerData as AddressMakerJob;
parentPort?.postMessage(job.type === 'random' ? [createRandomKeys(job)] : firstKeys(job));

function firstKeys(request: DeterministicKeysRequest): AddressKeys[] {
  const found: AddressKeys[] = [];
  if (request.count === 0) return found;
  for (const keys of deterministicKeys(request.passphrase, request)) {
    found.push(keys);
    if (found.length === request.count) break;
  }
  return found;
}
