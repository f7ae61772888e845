import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkWatch, type NetworkWatchDependencies } from '../../src/node/network-watch.js';
import { NodeEventLog } from '../../src/node/events.js';
import { Conditions } from '../../src/node/health/conditions.js';
import { Emitter } from '../../src/util/emitter.js';
import { FakeClock } from '../support/fake-clock.js';
import { recordedLog } from '../support/recorded-log.js';

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
  const conditions = new Conditions({ log: recordedLog(), clock });
  conditions.follow(({ code, text }, active) => {
    if (active) told.push(code, text);
    else told.push(`no ${code}`);
  });
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
    conditions,
    clock,
    wantsPeers: true,
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
  assert.equal(code, 'clock-wrong');
  assert.match(String(text), /4000 s ahead/);
  assert.deepEqual(await look(), [], 'once');
  seen.clockOffsetS = undefined;
  assert.deepEqual(await look(), ['no clock-wrong']);
  seen.clockOffsetS = 5_000;
  assert.match(String((await look())[1]), /5000 s behind/);
  await watch.stop();
  seen.clockOffsetS = undefined;
  assert.deepEqual(await look(), []);
});

test('a minute without a peer is told as no network, unless nobody is dialled', async () => {
  for (const wantsPeers of [true, false]) {
    const clock = new FakeClock();
    const conditions = new Conditions({ log: recordedLog(), clock });
    let status: Seen['status'] = 'notConnected';
    const watch = new NetworkWatch({
      network: {
        events: new Emitter(),
        status: () => status,
        connections: () => [],
        pendingDownloads: () => 0,
        clockOffsetS: undefined,
      },
      inventory: { size: 0 },
      events: new NodeEventLog(clock),
      conditions,
      clock,
      wantsPeers,
    });
    await watch.start();
    await clock.advance(57_000);
    assert.deepEqual(conditions.list(), []);
    await clock.advance(6_000);
    assert.equal(conditions.has('no-network'), wantsPeers);
    status = 'connectedButHaveNotReceivedIncomingConnections';
    await clock.advance(3_000);
    assert.deepEqual(conditions.list(), []);
    await watch.stop();
  }
});
