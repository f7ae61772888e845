/** The parts of the command line that need no process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseDataDir } from '../../src/cli/data-dir.js';
import { readableLine } from '../../src/cli/log-output.js';
import { PeerReport, type PeerSource } from '../../src/cli/peer-report.js';
import { PowReport } from '../../src/cli/pow-report.js';
import { StopSignal } from '../../src/cli/stop-signal.js';
import type { PowPoolEvents } from '../../src/pow/pool-options.js';
import type { PowProgress } from '../../src/pow/solver.js';
import { Emitter } from '../../src/util/emitter.js';
import { FakeClock } from '../support/fake-clock.js';

test('the data directory: option, environment, XDG, home', () => {
  const environment = { PETREL_DATA_DIR: '/env', XDG_DATA_HOME: '/xdg' };
  assert.deepEqual(chooseDataDir('/given', environment), {
    path: '/given',
    isDefault: false,
    origin: '--data-dir',
  });
  assert.deepEqual(chooseDataDir(undefined, environment), {
    path: '/env',
    isDefault: false,
    origin: 'PETREL_DATA_DIR',
  });
  assert.deepEqual(chooseDataDir(undefined, { XDG_DATA_HOME: '/xdg' }), {
    path: '/xdg/petrel',
    isDefault: true,
    origin: 'XDG_DATA_HOME',
  });
  assert.match(
    chooseDataDir(undefined, { XDG_DATA_HOME: 'relative' }).path,
    /\/\.local\/share\/petrel$/,
  );
  assert.throws(() => chooseDataDir('', environment), /--data-dir is empty/);
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

test('long proof of work is told of every ten seconds', () => {
  const events = new Emitter<PowPoolEvents>();
  const lines: string[] = [];
  const report = new PowReport(events, (line) => lines.push(line));
  const progress = (elapsedMs: number): PowProgress => ({
    purpose: 'message',
    elapsedMs,
    trials: elapsedMs * 2000,
    expectedTrials: 14_200_000,
    trialsPerSecond: 2_000_000,
    running: true,
    timeLeft: { meanMs: 7100, p50Ms: 4900, p90Ms: 16_300, p99Ms: 32_700 },
  });
  events.emit('jobStarted', progress(0));
  for (let s = 1; s <= 25; s++) events.emit('jobProgress', progress(1000 * s));
  assert.deepEqual(lines, [
    'proof of work (message): 10 s, 20.0 M trials of 14.2 M on average, 2.0 M/s; ' +
      'half of such jobs end within 5 s more, nine of ten within 16 s',
    'proof of work (message): 20 s, 40.0 M trials of 14.2 M on average, 2.0 M/s; ' +
      'half of such jobs end within 5 s more, nine of ten within 16 s',
  ]);
  report.stop();
  events.emit('jobProgress', progress(60_000));
  assert.equal(lines.length, 2);
});

test('signals of one moment are one wish, a later one ends at once', async () => {
  const [clock, exits] = [new FakeClock(), [] as number[]];
  const stop = new StopSignal(clock, (status) => void exits.push(status));
  stop.listen();
  try {
    process.emit('SIGINT', 'SIGINT');
    await stop.requested;
    await clock.advance(999);
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGTERM', 'SIGTERM');
    assert.deepEqual(exits, []);
    await clock.advance(1);
    process.emit('SIGTERM', 'SIGTERM');
    assert.deepEqual(exits, [143]);
  } finally {
    stop.unlisten();
  }
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
