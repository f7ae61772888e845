import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkWatch, type NetworkWatchDependencies } from '../../src/node/network-watch.js';
import { NodeEventLog } from '../../src/node/events.js';
import { Emitter } from '../../src/util/emitter.js';
import { FakeClock } from '../support/fake-clock.js';

/** What the watch looks at, to be set by the test. */
interface Seen {
  status: ReturnType<NetworkWatchDependencies['network']['status']>;
  pending: number;
  clockOffsetS: number | undefined;
}

test('status, synchronisation and a wrong clock are told when they change', async () => {
  const seen: Seen = { status: 'notConnected', pending: 0, clockOffsetS: undefined };
  const clock = new FakeClock();
  const events = new NodeEventLog(clock);
  const told: unknown[] = [];
  events.on('networkChanged', ({ status }) => told.push(status));
  events.on('syncProgress', ({ pendingDownloads }) => told.push(pendingDownloads));
  events.on('warning', ({ code, text }) => told.push(code, text));
  const watch = new NetworkWatch({
    network: {
      events: new Emitter(),
      status: () => seen.status,
      connections: () => [],
      pendingDownloads: () => seen.pending,
      get clockOffsetS() {
        return seen.clockOffsetS;
      },
    },
    inventory: { size: 0 },
    events,
    clock,
  });
  await watch.start();
  const look = async (): Promise<unknown[]> => {
    await clock.advance(3_000);
    return told.splice(0);
  };

  assert.deepEqual(await look(), []);
  seen.status = 'connectedAndReceivingIncomingConnections';
  seen.pending = 5;
  assert.deepEqual(await look(), [seen.status, 5]);
  seen.pending = 0;
  assert.deepEqual(await look(), [0], 'the end is told, too');
  seen.clockOffsetS = -4_000;
  const [code, text] = await look();
  assert.equal(code, 'clock');
  assert.match(String(text), /4000 s ahead/);
  assert.deepEqual(await look(), [], 'once');
  seen.clockOffsetS = undefined;
  await look();
  seen.clockOffsetS = 5_000;
  assert.match(String((await look())[1]), /5000 s behind/);
  await watch.stop();
  seen.clockOffsetS = undefined;
  assert.deepEqual(await look(), []);
});
