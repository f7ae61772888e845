import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClockCheck } from '../../src/network/clock-check.js';
import { CLOCK_OFFSET_MS } from '../../src/network/limits.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';

function create() {
  const clock = new FakeClock();
  const warnings: string[] = [];
  const warn = (_: unknown, text?: string): void => void warnings.push(text ?? '');
  const check = new ClockCheck({ clock, log: { ...nullLog, warn } });
  return {
    clock,
    warnings,
    check,
    say: (host: string, aheadS: number) => check.peerSaid(host, clock.nowS() + aheadS),
  };
}

describe('check of the clock', () => {
  it('warns once when peers of four networks and most of all are ahead', () => {
    const { check, say, warnings } = create();
    for (const host of ['5.1.1.1', '6.1.1.1', '7.1.1.1']) say(host, 4_000);
    assert.equal(check.offsetS, undefined);
    say('8.1.1.1', 900);
    assert.equal(check.offsetS, 4_000);
    say('9.1.1.1', 4_000);
    assert.deepEqual(warnings, [
      'the clock of this machine seems to be behind: several peers say so',
    ]);
  });

  it('says in which direction', () => {
    const { say, warnings } = create();
    for (const host of ['5.1.1.1', '6.1.1.1', '7.1.1.1', '8.1.1.1']) say(host, -700);
    assert.match(warnings[0] ?? '', /ahead/);
  });

  it('does not believe one network, however many peers it has', () => {
    const { say, check } = create();
    for (let last = 1; last < 200; last++) say(`5.1.1.${last}`, 4_000);
    assert.equal(check.offsetS, undefined);
  });

  it('does not mind peers that differ in both directions, little, or less than half of all', () => {
    const { say, check } = create();
    for (let first = 1; first <= 4; first++) say(`${first}.1.1.1`, 4_000);
    for (let first = 21; first <= 24; first++) say(`${first}.1.1.1`, -4_000);
    for (let first = 31; first <= 34; first++) say(`${first}.1.1.1`, 60);
    assert.equal(check.offsetS, undefined);
  });

  it('tells the middle of what one peer of each network says, right or wrong', async () => {
    const { check, say, clock } = create();
    assert.deepEqual([check.witnesses, check.medianS], [0, undefined]);
    say('5.1.1.1', 3);
    say('5.1.1.2', 2); // the same network
    say('6.1.1.1', -40);
    say('7.1.1.1', 5_000);
    assert.deepEqual([check.witnesses, check.medianS], [3, 2]);
    await clock.advance(CLOCK_OFFSET_MS + 1);
    assert.deepEqual([check.witnesses, check.medianS], [0, undefined]);
  });

  it('forgets what was said an hour ago, and warns again when it comes back', async () => {
    const { say, check, clock, warnings } = create();
    const hosts = ['5.1.1.1', '6.1.1.1', '7.1.1.1', '8.1.1.1'];
    for (const host of hosts) say(host, 4_000);
    await clock.advance(CLOCK_OFFSET_MS + 1);
    assert.equal(check.offsetS, undefined);
    say('9.1.1.1', 0);
    for (const host of hosts) say(host, 4_000);
    assert.equal(warnings.length, 2);
  });
});
