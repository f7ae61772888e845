/** Mail with dandelion on: the stem costs up to a minute or two and loses nothing. */
import { it } from 'node:test';
import {
  createPetrelNetwork,
  untilConnected,
  untilInbox,
  untilStatus,
} from '../support/petrel-network.js';

/** Key request, key answer, message and acknowledgement may each wait 10 s + Exp(30 s) in a stem. */
const LIMIT_MS = 600_000;

it('delivers through stems', { timeout: LIMIT_MS }, async () => {
  const network = createPetrelNetwork();
  try {
    const stems = { settings: { 'network.dandelion': '90' } };
    const c = await network.start('c', [], stems);
    const a = await network.start('a', [c], stems);
    const b = await network.start('b', [c, a], stems);
    await untilConnected(c, 2);
    const addressA = await a.createAddress('Anna');
    const addressB = await b.createAddress('Bert');
    const ackData = await a.send(addressB, addressA, 'by stem', 'body');
    await untilStatus(a, ackData, 'ackreceived', LIMIT_MS);
    await untilInbox(b, 'by stem');
  } finally {
    await network.close();
  }
});
