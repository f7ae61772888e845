/** The parts of the command line that need no process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseDataDir } from '../../src/cli/data-dir.js';
import { readableLine } from '../../src/cli/log-output.js';
import { PeerReport, type PeerSource } from '../../src/cli/peer-report.js';
import { StopSignal } from '../../src/cli/stop-signal.js';
import { FakeClock } from '../support/fake-clock.js';

test('the data directory: option, environment, XDG, home', () => {
  const environment = { PETREL_DATA_DIR: '/env', XDG_DATA_HOME: '/xdg' };
  assert.deepEqual(chooseDataDir('/given', environment), { path: '/given', isDefault: false });
  assert.deepEqual(chooseDataDir(undefined, environment), { path: '/env', isDefault: false });
  assert.deepEqual(chooseDataDir(undefined, { XDG_DATA_HOME: '/xdg' }), {
    path: '/xdg/petrel',
    isDefault: true,
  });
  assert.match(
    chooseDataDir(undefined, { XDG_DATA_HOME: 'relative' }).path,
    /\/\.local\/share\/petrel$/,
  );
  assert.match(chooseDataDir(undefined, {}).path, /\/\.local\/share\/petrel$/);
});

test('log lines for people', () => {
  const line = {
    level: 40,
    time: 0,
    layer: 'network',
    msg: 'peer lost',
    host: '::1',
    why: 'two words',
    n: 1,
  };
  assert.match(
    readableLine(JSON.stringify(line)),
    /^\d\d:\d\d:\d\d warn {2}network: peer lost host=::1 why="two words" n=1$/,
  );
});

class Peers implements PeerSource {
  count = 0;
  readonly #handlers = new Set<() => void>();
  readonly events = {
    on: (_name: 'peerUp' | 'peerDown', handler: () => void): (() => void) => {
      this.#handlers.add(handler);
      return () => void this.#handlers.delete(handler);
    },
  };

  connections(): { established: boolean }[] {
    return [
      { established: false },
      ...Array.from({ length: this.count }, () => ({ established: true })),
    ];
  }

  set(count: number): void {
    this.count = count;
    for (const handler of this.#handlers) handler();
  }
}

test('the peers are told of when there are some or none any more', async () => {
  const [clock, peers, lines] = [new FakeClock(), new Peers(), [] as string[]];
  const report = new PeerReport(peers, (line) => lines.push(line), clock);
  report.start(true);
  await clock.advance(30_000);
  assert.match(lines[0] ?? '', /found none so far/);
  peers.set(1);
  peers.set(2);
  peers.set(0);
  assert.deepEqual(lines.slice(1), ['peers: 1 connected', 'peers: all connections are gone']);
  report.stop();
  peers.set(5);
  assert.equal(lines.length, 3);
});

test('peers that came before the report began are told of', () => {
  const [peers, lines] = [new Peers(), [] as string[]];
  peers.count = 3;
  new PeerReport(peers, (line) => lines.push(line), new FakeClock()).start(false);
  assert.deepEqual(lines, ['peers: 3 connected']);
});

test('nobody is missed by a node that looks for nobody', async () => {
  const [clock, lines] = [new FakeClock(), [] as string[]];
  const report = new PeerReport(new Peers(), (line) => lines.push(line), clock);
  report.start(false);
  await clock.advance(60_000);
  assert.deepEqual(lines, []);
});

test('a stop is requested once, a failure rejects', async () => {
  const stop = new StopSignal();
  stop.request();
  stop.fail(new Error('late'));
  await stop.requested;
  const failed = new StopSignal();
  failed.fail(new Error('disk full'));
  await assert.rejects(failed.requested, /disk full/);
});
