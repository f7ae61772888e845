/** Limits of bytes per second over all connections. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { Throttle, type ThrottleShare } from '../../src/network/throttle.js';
import { FakeClock } from '../support/fake-clock.js';

/** Always has something to send, in pieces, and asks for its turn when there is no room. */
class Sender {
  sent = 0;
  readonly #share: ThrottleShare;
  readonly #piece: number;

  constructor(throttle: Throttle, piece: number) {
    this.#piece = piece;
    this.#share = throttle.share(() => this.go());
  }

  go(): void {
    while (this.#share.room > 0) {
      this.#share.spend(this.#piece);
      this.sent += this.#piece;
    }
    this.#share.wait();
  }

  close(): void {
    this.#share.close();
  }
}

describe('Throttle', () => {
  it('has room without end when there is no limit', () => {
    const share = new Throttle(0, new FakeClock()).share(() => undefined);
    share.spend(1e12);
    assert.equal(share.room, Infinity);
    share.wait();
    assert.equal(share.isWaiting, false);
  });

  it('keeps to the rate and shares it fairly, however large the pieces are', async () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10, max: 500 }), pieces, async (kilobytes, sizes) => {
        const clock = new FakeClock();
        const rate = kilobytes * 1_024;
        const throttle = new Throttle(rate, clock);
        const senders = sizes.map((size) => new Sender(throttle, size));
        for (const sender of senders) sender.go();
        const first = senders.map(({ sent }) => sent); // A second's worth for who came first.
        const seconds = 120;
        await clock.advance(seconds * 1_000);
        const sent = senders.map((sender, index) => sender.sent - (first[index] ?? 0));
        const total = sent.reduce((sum, bytes) => sum + bytes, 0);
        assert.ok(total <= rate * (seconds + 1) + 20_000, `${total} of ${rate * seconds}`);
        assert.ok(total >= rate * (seconds - 2) - 20_000, `${total} of ${rate * seconds}`);
        // A turn is 64 KiB and what its last piece goes beyond it.
        const [least, most] = [Math.min(...sent), Math.max(...sent)];
        assert.ok(most - least <= 3 * (65_536 + 20_000) + most / 3, `${least} to ${most}`);
      }),
      { numRuns: 15 },
    );
  });

  it('goes on when somebody does not use the turn, or leaves', async () => {
    const clock = new FakeClock();
    const throttle = new Throttle(1_024, clock);
    const busy = new Sender(throttle, 512);
    const leaving = new Sender(throttle, 512);
    busy.go();
    const idle = throttle.share(() => undefined);
    idle.wait();
    leaving.go();
    leaving.close();
    await clock.advance(10_000);
    assert.equal(leaving.sent, 0);
    assert.equal(idle.isWaiting, false);
    assert.ok(busy.sent >= 9 * 1_024, `${busy.sent}`);
  });

  it('counts what does not wait', async () => {
    const clock = new FakeClock();
    const throttle = new Throttle(1_024, clock);
    const [urgent, other] = [throttle.share(() => undefined), throttle.share(() => undefined)];
    urgent.spend(5_120);
    assert.equal(other.room, 0);
    await clock.advance(4_001);
    assert.notEqual(other.room, 0);
  });

  it('keeps no timer when nobody waits', async () => {
    const clock = new FakeClock();
    const throttle = new Throttle(1_024, clock);
    const share = throttle.share(() => undefined);
    share.spend(10_000);
    share.wait();
    share.close();
    await clock.advance(60_000);
    assert.equal(clock.timers, 0);
  });
});
