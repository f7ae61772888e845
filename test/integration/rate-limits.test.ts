/** maxuploadrate and maxdownloadrate in a real process. Only "not faster than" is asked: load cannot break it. */
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { TEST_MINIMUM } from '../../src/objects/difficulty.js';
import { decodeHeader } from '../../src/objects/object.js';
import { openStore } from '../../src/store/open-store.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { randomBytes } from '../../src/util/random.js';
import { createEasyObject } from '../support/easy-objects.js';
import { PetrelProcess } from '../support/petrel-process.js';
import { RawPeer } from '../support/raw-peer.js';
import { tempDir } from '../support/temp-store.js';
import { until } from '../support/until.js';

const RATE_KB = 20;
const OBJECTS = 128;
const OBJECT_BYTES = 1_024;
/** One second's worth is there at the start. */
const RATE_BYTES = RATE_KB * 1_024;
/** What is read from a socket at once may go beyond the limit, and delays what comes after it. */
const READ_BYTES = 65_536;

const objects = Array.from({ length: OBJECTS }, () =>
  createEasyObject(systemClock.nowS(), {
    payload: randomBytes(OBJECT_BYTES - 22),
    difficulty: TEST_MINIMUM,
  }),
);

async function startWith(
  t: TestContext,
  dataDir: string,
  settings: Record<string, string>,
): Promise<PetrelProcess> {
  const petrel = await PetrelProcess.start({ dataDir, settings });
  t.after(() => petrel.stop());
  return petrel;
}

it('maxuploadrate limits what is served, and answers to pings do not wait for it', async (t) => {
  const dataDir = tempDir(t);
  const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
  for (const { object, hash } of objects) {
    const { type, version, stream, expiresS } = decodeHeader(object);
    const tag = new Uint8Array(0);
    await store.inventory.add({ hash, type, version, stream, expiresS, tag, object });
  }
  await store.close();
  const settings = { 'bitmessagesettings.maxuploadrate': String(RATE_KB) };
  const petrel = await startWith(t, dataDir, settings);
  const peer = await RawPeer.establish(petrel.port, systemClock.nowS());
  t.after(() => peer.close());
  const startMs = performance.now();
  peer.sendInventory('getdata', ...objects.map(({ hash }) => hash));
  peer.send('ping');
  let [received, beforePong] = [0, 0];
  while (received < OBJECTS) {
    const packet = await peer.next();
    assert.ok(packet);
    if (packet.command === 'object') received++;
    else if (packet.command === 'pong') beforePong = received;
  }
  const leastMs = ((OBJECTS * OBJECT_BYTES - RATE_BYTES) / RATE_BYTES) * 1_000;
  assert.ok(performance.now() - startMs >= leastMs - 50);
  // Some twenty; an answer that waits for them comes behind all.
  assert.ok(beforePong <= OBJECTS / 2, `${beforePong} objects came before the pong`);
});

it('maxdownloadrate limits what is read', async (t) => {
  const settings = { 'bitmessagesettings.maxdownloadrate': String(RATE_KB) };
  const petrel = await startWith(t, tempDir(t), settings);
  const peer = await RawPeer.establish(petrel.port, systemClock.nowS());
  t.after(() => peer.close());
  const startMs = performance.now();
  for (const { object } of objects) peer.send('object', object);
  await until('all objects are processed', 180_000, async () => {
    const status = (await petrel.call('clientStatus')) as { numberOfMessagesProcessed: number };
    return status.numberOfMessagesProcessed === OBJECTS ? true : undefined;
  });
  const leastMs = ((OBJECTS * OBJECT_BYTES - RATE_BYTES - READ_BYTES) / RATE_BYTES) * 1_000;
  assert.ok(performance.now() - startMs >= leastMs - 50);
});
