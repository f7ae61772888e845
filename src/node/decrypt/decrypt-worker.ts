/** A thread that holds the private keys and tries them. Answers in the order of the requests. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorText } from '../../util/errors.js';
import { stepBack } from '../../util/step-back.js';
import {
  unpackKeys,
  type DecryptReply,
  type DecryptRequest,
  type DecryptWorkerData,
  type OpenResult,
} from './decrypt-messages.js';
import { chooseKeyTrier, type KeyTrier } from './key-trier.js';

if (!parentPort) throw new Error('this module runs as a worker thread');
const port = parentPort;
stepBack((workerData as DecryptWorkerData).niceness);
const sets = new Map<string, KeyTrier>();
const makeKeyTrier = chooseKeyTrier((warning) => {
  port.postMessage({ warning } satisfies DecryptReply);
});

port.on('message', (message: DecryptRequest) => {
  if (message.type === 'open') {
    const results = openAll(sets.get(message.set), message.containers);
    port.postMessage({ results } satisfies DecryptReply);
  } else if (message.type === 'removeKeys') sets.get(message.set)?.remove(message.ids);
  else keySet(message.set, message.type === 'setKeys').add(unpackKeys(message.packed));
});

function keySet(set: string, isNew: boolean): KeyTrier {
  const trier = (isNew ? undefined : sets.get(set)) ?? makeKeyTrier();
  sets.set(set, trier);
  return trier;
}

function openAll(trier: KeyTrier | undefined, containers: readonly Uint8Array[]): OpenResult[] {
  if (!trier) return containers.map(() => ({ opened: [] }));
  try {
    return trier.openAll(containers).map((opened) => ({ opened }));
  } catch {
    // One of them is to blame: alone, it fails alone.
    return containers.map((container) => openOne(trier, container));
  }
}

function openOne(trier: KeyTrier, container: Uint8Array): OpenResult {
  try {
    return { opened: trier.openAll([container])[0] ?? [] };
  } catch (error) {
    return { failure: errorText(error) };
  }
}
