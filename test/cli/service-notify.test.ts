import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServiceNotifier } from '../../src/cli/service-notify.js';
import { nullLog, type Log } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';

const SOCKET = { NOTIFY_SOCKET: '/run/systemd/notify' };

function create(environment: Record<string, string>, send?: (word: string) => Promise<void>) {
  const clock = new FakeClock();
  const told: string[] = [];
  const warnings: string[] = [];
  const warn = (_: unknown, text?: string): void => void warnings.push(text ?? '');
  const log: Log = { ...nullLog, warn };
  const alive = { is: true };
  const notifier = new ServiceNotifier(environment, {
    log,
    clock,
    isAlive: () => Promise.resolve(alive.is),
    send: send ?? ((word) => Promise.resolve(void told.push(word))),
  });
  return { clock, told, warnings, alive, notifier };
}

describe('telling the service manager', () => {
  it('does nothing where there is none', async () => {
    const { notifier, told, clock } = create({ WATCHDOG_USEC: '1000000' });
    await notifier.start();
    await clock.advance(10_000);
    await notifier.stop();
    assert.deepEqual(told, []);
  });

  it('says ready and stopping', async () => {
    const { notifier, told, clock } = create(SOCKET);
    await notifier.start();
    await clock.advance(100_000);
    await notifier.stop();
    assert.deepEqual(told, ['READY=1', 'STOPPING=1']);
  });

  it('says twice in the time of the watchdog that it lives, as long as it does', async () => {
    const { notifier, told, clock, alive } = create({ ...SOCKET, WATCHDOG_USEC: '60000000' });
    await notifier.start();
    await clock.advance(60_000);
    assert.deepEqual(told.splice(0), ['READY=1', 'WATCHDOG=1', 'WATCHDOG=1']);
    alive.is = false;
    await clock.advance(60_000);
    assert.deepEqual(told, []);
    alive.is = true;
    await clock.advance(30_000);
    await notifier.stop();
    await clock.advance(60_000);
    assert.deepEqual(told, ['WATCHDOG=1', 'STOPPING=1']);
  });

  it('leaves the watchdog of another process alone', async () => {
    const environment = { ...SOCKET, WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1' };
    const { notifier, told, clock } = create(environment);
    await notifier.start();
    await clock.advance(60_000);
    assert.deepEqual(told, ['READY=1']);
  });

  it('goes on when the manager cannot be told', async () => {
    const { notifier, warnings } = create(SOCKET, () => Promise.reject(new Error('no program')));
    await notifier.start();
    await notifier.stop();
    assert.equal(warnings.length, 2);
  });
});
