/** From one core to another: key unknown, request, answer, message, acknowledgement. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { displayText } from '../../src/util/bytes.js';
import { MemoryNetwork } from '../support/memory-network.js';

it('delivers a message whose recipient is known by address only, and its acknowledgement', async (t) => {
  const network = new MemoryNetwork();
  const a = await network.node(t);
  const b = await network.node(t);
  const anna = await a.newAddress('Anna');
  const bert = await b.newAddress('Bert');
  const ackData = await a.send(anna, bert, 'first');
  const [message] = await b.untilInbox(1);
  assert.equal(message?.fromAddress, anna);
  assert.equal(message.toAddress, bert);
  assert.equal(displayText(message.subject), 'first');
  await a.untilStatus(ackData, 'ackreceived');
  assert.deepEqual([...a.failures, ...b.failures], []);
});
