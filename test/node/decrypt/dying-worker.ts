/** Stands in for the decrypt worker: answers with the containers themselves, but dies at one of 0xdd. */
import { parentPort } from 'node:worker_threads';
import type { DecryptReply, DecryptRequest } from '../../../src/node/decrypt/decrypt-messages.js';

parentPort?.on('message', (message: DecryptRequest) => {
  if (message.type !== 'open') return;
  const results = message.containers.map((container) => {
    if (container[0] === 0xdd) process.exit(1);
    return { opened: [{ id: 'echo', plaintext: container }] };
  });
  parentPort?.postMessage({ results } satisfies DecryptReply);
});
