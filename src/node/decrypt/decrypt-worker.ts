/** The thread that holds the private keys and tries them. Answers in the order of the requests. */
import { parentPort } from 'node:worker_threads';
import { errorText } from '../../util/errors.js';
import type { DecryptReply, DecryptRequest } from './decrypt-messages.js';
import type { TrialKey } from './decrypt-service.js';
import { tryKeys } from './trial.js';

if (!parentPort) throw new Error('this module runs as a worker thread');
const port = parentPort;
const sets = new Map<string, readonly TrialKey[]>();

port.on('message', (message: DecryptRequest) => {
  if (message.type === 'keys') sets.set(message.set, message.keys);
  else port.postMessage(answer(message));
});

function answer(message: DecryptRequest & { type: 'open' }): DecryptReply {
  const { request, set, container } = message;
  try {
    return { request, opened: tryKeys(container, sets.get(set) ?? []) };
  } catch (error) {
    return { request, failure: errorText(error) };
  }
}
