/** What goes by itself with time. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { utf8 } from '../../src/util/bytes.js';
import { MemoryNetwork } from '../support/memory-network.js';

const DAY_S = 86_400;

it('forgets expired objects after three hours and unused keys after 28 days', async (t) => {
  const network = new MemoryNetwork();
  const a = await network.node(t);
  const b = await network.node(t);
  const anna = await a.newAddress();
  const made = { passphrase: utf8('old versions'), count: 1, version: 3 };
  const [stranger = ''] = await b.core.identities.createDeterministic(made);
  const friend = await b.newAddress();
  await network.quiet();
  const ackData = await a.send(anna, friend, 'hello');
  await a.untilStatus(ackData, 'ackreceived');
  assert.equal((await a.store.pubkeys.get(stranger))?.usedPersonally, false);
  assert.equal((await a.store.pubkeys.get(friend))?.usedPersonally, true);
  const objects = a.store.inventory.size;
  assert.ok(objects >= 5); // Three keys, the message, its acknowledgement.
  await network.pass(27 * DAY_S, DAY_S);
  assert.ok(a.store.inventory.size < objects);
  assert.ok(await a.store.pubkeys.get(stranger));
  await network.pass(2 * DAY_S);
  assert.equal(a.store.inventory.size, 0);
  assert.equal(await a.store.pubkeys.get(stranger), undefined);
  assert.ok(await a.store.pubkeys.get(friend));
});
