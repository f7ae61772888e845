/** The recipient has never been seen and is off-line: only its address is known to the sender. */
import { it } from 'node:test';
import { base64 } from '../support/petrel-process.js';
import { createPetrelNetwork, untilInbox, untilStatus } from '../support/petrel-network.js';

it('waits for the key of a stranger who comes on-line later', { timeout: 600_000 }, async () => {
  const network = createPetrelNetwork();
  try {
    const c = await network.start('c');
    const a = await network.start('a', [c]);
    const addressA = await a.createAddress('Anna');
    // Derived without being made: nothing about it is on the network.
    const passphrase = base64('a stranger');
    const stranger = (await a.call('getDeterministicAddress', passphrase, 4, 1)) as string;
    const ackData = await a.send(stranger, addressA, 'hello stranger', 'body');
    await untilStatus(a, ackData, 'awaitingpubkey');

    const b = await network.start('b', [c]);
    await b.call('createDeterministicAddresses', passphrase, 1, 4, 1);
    await untilInbox(b, 'hello stranger');
    await untilStatus(a, ackData, 'ackreceived');
  } finally {
    await network.close();
  }
});
