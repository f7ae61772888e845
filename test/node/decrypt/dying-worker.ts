/** Stands in for the decrypt worker: answers with the container itself, but dies at one of 0xdd. */
import { parentPort } from 'node:worker_threads';
import type { DecryptReply, DecryptRequest } from '../../../src/node/decrypt/decrypt-messages.js';

parentPort?.on('message', (message: DecryptRequest) => {
  if (message.type !== 'open') return;
  const { request, container } = message;
  if (container[0] === 0xdd) process.exit(1);
  const reply: DecryptReply = { request, opened: [{ id: 'echo', plaintext: container }] };
  parentPort?.postMessage(reply);
});
