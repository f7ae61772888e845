/**
 * 10,000 identities, 2,000 objects of which 50 are theirs, in a real process that is killed in the
 * middle: every message is there once.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openStore, type Store } from '../../src/store/open-store.js';
import { NO_BYTES } from '../../src/util/bytes.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { foreignMessage, makeCorrespondent, messageFor } from '../support/many-identities.js';
import { PetrelProcess } from '../support/petrel-process.js';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const IDENTITIES = 10_000;
const OBJECTS = 2_000;
const OURS = 50;
/** The node is killed when so many messages have come. */
const KILL_AT = 20;
/** Some 20 million trials: two minutes on two cores of which others have a part. */
const LIMIT_MS = 480_000;

const dependencies = { log: nullLog, clock: systemClock };

/** Fills a data directory; returns the subject of each message with the address that it is for. */
async function prepare(dataDir: string): Promise<Map<string, string>> {
  const nowS = systemClock.nowS();
  const identities = Array.from({ length: IDENTITIES }, (_, n) => makeCorrespondent(`${n}`, nowS));
  const sender = makeCorrespondent('sender', nowS);
  const expected = new Map<string, string>();
  const store = await openStore({ dataDir }, dependencies);
  const added = await store.identities.add(identities.map(({ record }) => record));
  await store.backfill.forget('identity', added);
  // Nobody's messages have any proof of work, so that the order of trials is no help.
  await store.contacts.add({ address: sender.record.address, label: NO_BYTES });
  for (let n = 0; n < OBJECTS; n++) {
    const isOurs = n % (OBJECTS / OURS) === 7;
    const to = isOurs ? identities[(n * 7919) % IDENTITIES] : undefined;
    if (to) expected.set(`message ${n}`, to.record.address);
    const entry = to
      ? messageFor(to, sender, `message ${n}`, nowS, { isStamped: false })
      : foreignMessage(nowS);
    await store.inventory.add(entry);
  }
  await store.close();
  return expected;
}

/** Looks into the files of a node that does not run. */
async function inspect<Value>(
  dataDir: string,
  look: (store: Store) => Promise<Value>,
): Promise<Value> {
  const store = await openStore({ dataDir }, dependencies);
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

/** Objects that the feed's marks do not call processed. */
async function unprocessed({ journal }: Store): Promise<number> {
  const { seq, doneAbove } = await journal.feedProgress();
  let above = 0;
  for (const byte of doneAbove) for (let bits = byte; bits > 0; bits >>= 1) above += bits & 1;
  return OBJECTS - seq - above;
}

async function processed(node: PetrelProcess): Promise<number> {
  const status = (await node.call('clientStatus')) as { numberOfMessagesProcessed: number };
  return status.numberOfMessagesProcessed;
}

it('10,000 identities get their mail once, whenever the node is killed', async (t) => {
  const temp = createTempDir('petrel-ten-thousand');
  const dataDir = temp.path;
  t.after(() => temp.remove());
  const expected = await prepare(dataDir);
  assert.equal(expected.size, OURS);

  const first = await PetrelProcess.start({ dataDir });
  t.after(() => first.stop());
  await until('some of the messages', LIMIT_MS, async () =>
    (await first.inbox()).length >= KILL_AT ? true : undefined,
  );
  await first.kill();
  const left = await inspect(dataDir, unprocessed);
  assert.ok(left > 0 && left < OBJECTS, `${left} left`);

  const second = await PetrelProcess.start({ dataDir });
  t.after(() => second.stop());
  await until('all objects processed', LIMIT_MS, async () =>
    (await processed(second)) >= left ? true : undefined,
  );
  assert.equal(await processed(second), left);
  await until('all messages', LIMIT_MS, async () =>
    (await second.inbox()).length >= OURS ? true : undefined,
  );
  assert.equal(await second.stop(), 0);

  const inbox = await inspect(dataDir, ({ inbox: box }) => box.list('inbox'));
  const got = inbox.map(({ subject, toAddress }) => [Buffer.from(subject).toString(), toAddress]);
  assert.deepEqual(got.sort(), [...expected].sort());
  assert.equal(await inspect(dataDir, unprocessed), 0);
});
