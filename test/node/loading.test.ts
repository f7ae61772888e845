/** A node with many identities begins before all of them are in memory. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { displayText } from '../../src/util/bytes.js';
import { makeCorrespondent, messageFor, type Correspondent } from '../support/many-identities.js';
import { MemoryNetwork, type MemoryNode } from '../support/memory-network.js';

/** More than the node waits for. */
const COUNT = 1_400;
const PUBLISHED_S = 1;

interface Large {
  readonly network: MemoryNetwork;
  readonly node: MemoryNode;
  readonly people: Correspondent[];
}

/** A node that was started again with many identities, and has not loaded all of them yet. */
async function largeNode(t: TestContext): Promise<Large> {
  const network = new MemoryNetwork();
  const node = await network.node(t);
  const people = Array.from({ length: COUNT }, (_, i) => makeCorrespondent(`${i}`, PUBLISHED_S));
  const added = await node.core.identities.add(people.map(({ record }) => record));
  assert.equal(added.length, COUNT);
  await node.stop();
  await node.start();
  assert.ok(node.core.loading);
  assert.ok(node.core.identities.list().length < COUNT);
  return { network, node, people };
}

function addresses(people: readonly Correspondent[]): string[] {
  return people.map(({ record }) => record.address);
}

describe('a node with many identities', () => {
  it('has them all, in order, when it is loaded', async (t) => {
    const { node, people } = await largeNode(t);
    await node.core.loading;
    assert.equal(node.core.loading, undefined);
    const loaded = node.core.identities.list().map(({ address }) => address);
    assert.deepEqual(loaded, addresses(people));
    assert.deepEqual(
      people.map(({ record }) => node.core.identities.get(record.address)),
      people.map(({ record }) => record),
    );
  });

  it('tries no message before all keys are there', async (t) => {
    const { network, node, people } = await largeNode(t);
    const [last, sender] = [people.at(-1), people[0]];
    assert.ok(last && sender);
    const entry = messageFor(last, sender, 'early', network.clock.nowS());
    assert.ok(await node.take(entry.object));
    assert.ok(node.core.loading, 'the message came before the keys');
    const [received] = await node.untilInbox(1);
    assert.equal(received?.toAddress, last.record.address);
    assert.equal(displayText(received.subject), 'early');
  });

  it('changes and adds behind what is being loaded', async (t) => {
    const { node, people } = await largeNode(t);
    const { identities } = node.core;
    const [added, removed, disabled] = [
      makeCorrespondent('new', PUBLISHED_S),
      people[3],
      people[4],
    ];
    assert.ok(removed && disabled);
    await Promise.all([
      identities.add([added.record]),
      identities.remove(removed.record.address),
      identities.setEnabled(disabled.record.address, false),
    ]);
    await node.core.loading;
    const expected = [...people.filter((one) => one !== removed), added];
    const listed = identities.list();
    assert.deepEqual(
      listed.map(({ address }) => address),
      addresses(expected),
    );
    assert.equal(listed.filter(({ enabled }) => !enabled).length, 1);
  });

  it('can be stopped while it loads', async (t) => {
    const { node } = await largeNode(t);
    const { loading } = node.core;
    await node.stop();
    await assert.rejects(Promise.resolve(loading), /stopping/);
    assert.deepEqual(node.failures, []);
    await node.start();
  });

  it('reads pages from the store', async (t) => {
    const { node, people } = await largeNode(t);
    const { rows, lastRow } = await node.core.identities.page(0, 500);
    assert.deepEqual(
      rows.map(({ address }) => address),
      addresses(people.slice(0, 500)),
    );
    const next = await node.core.identities.page(lastRow ?? 0, 2);
    assert.deepEqual(
      next.rows.map(({ address }) => address),
      addresses(people.slice(500, 502)),
    );
  });
});
