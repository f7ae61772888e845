/** The thread that holds the private keys and tries them. Answers in the order of the requests. */
import { parentPort } from 'node:worker_threads';
import { errorText } from '../../util/errors.js';
import type { DecryptReply, DecryptRequest } from './decrypt-messages.js';
import { chooseKeyTrier, type KeyTrier } from './key-trier.js';

if (!parentPort) throw new Error('this module runs as a worker thread');
const port = parentPort;
const sets = new Map<string, KeyTrier>();
const makeKeyTrier = chooseKeyTrier((warning) => {
  port.postMessage({ warning } satisfies DecryptReply);
});

port.on('message', (message: DecryptRequest) => {
  if (message.type === 'open') port.postMessage(answer(message));
  else keySet(message.set, message.type === 'setKeys').add(message.keys);
});

function keySet(set: string, isNew: boolean): KeyTrier {
  const trier = (isNew ? undefined : sets.get(set)) ?? makeKeyTrier();
  sets.set(set, trier);
  return trier;
}

function answer(message: DecryptRequest & { type: 'open' }): DecryptReply {
  const { request, set, container } = message;
  try {
    return { request, opened: sets.get(set)?.open(container) ?? [] };
  } catch (error) {
    return { request, failure: errorText(error) };
  }
}
