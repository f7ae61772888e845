import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { publicKeyOf } from '../../src/crypto/curve.js';
import { KeySearch } from '../../src/crypto/key-search.js';
import { ripeOf } from '../../src/crypto/keys.js';
import { WorkerAddressMaker } from '../../src/node/address-maker.js';
import { loadCurveKernel } from '../../src/node/curve-kernel-file.js';
import { encodeAddress } from '../../src/objects/address.js';
import { toHex, utf8 } from '../../src/util/bytes.js';
import { FakeClock } from '../support/fake-clock.js';
import { bytesOf, numberOf, textOf } from '../support/vector-bytes.js';
import { vectorsOfType } from '../support/vectors.js';

const maker = new WorkerAddressMaker();
after(() => maker.stop());

for (const vector of vectorsOfType('deterministic')) {
  test(`makes ${vector.name}`, async () => {
    const index = numberOf(vector, 'index', 0);
    const leadingZeroBytes = numberOf(vector, 'leading_zero_bytes');
    const made = await maker.deterministic({
      passphrase: bytesOf(vector, 'passphrase_utf8_hex'),
      count: index + 1,
      leadingZeroBytes,
    });
    assert.equal(made.length, index + 1);
    const keys = made[index];
    assert.ok(keys);
    const [version, stream] = [numberOf(vector, 'version'), numberOf(vector, 'stream')];
    assert.equal(encodeAddress({ version, stream, ripe: keys.ripe }), textOf(vector, 'address'));
    assert.equal(toHex(keys.signingKey), textOf(vector, 'privsigningkey'));
    assert.equal(toHex(keys.encryptionKey), textOf(vector, 'privencryptionkey'));
    assert.equal(keys.signingNonce, numberOf(vector, 'signing_nonce'));
    assert.equal(keys.encryptionNonce, numberOf(vector, 'encryption_nonce'));
  });
}

test('the second address is searched behind the first', async () => {
  const passphrase = utf8('test');
  const made = await maker.deterministic({ passphrase, count: 2, leadingZeroBytes: 1 });
  const nonces = made.map((keys) => [keys.signingNonce, keys.encryptionNonce]);
  assert.deepEqual(nonces, [
    [448, 449],
    [588, 589],
  ]);
  assert.deepEqual(
    made.map(({ ripe }) => encodeAddress({ version: 4, stream: 1, ripe })),
    ['BM-2cWFkyuXXFw6d393RGnin2RpSXj8wxtt6F', 'BM-2cX8TF9vuQZEWvT7UrEeq1HN9dgiSUPLEN'],
  );
});

test('several threads find what one finds, in order', async () => {
  const search = new KeySearch(loadCurveKernel());
  for (const [count, leadingZeroBytes] of [
    [40, 1],
    [600, 0],
    [3, 1],
  ] as const) {
    const passphrase = utf8(`${count} addresses`);
    const all = search.deterministic(passphrase, { leadingZeroBytes });
    const expected = Array.from({ length: count }, () => all.next().value);
    assert.deepEqual(await maker.deterministic({ passphrase, count, leadingZeroBytes }), expected);
  }
});

test('an idle thread is ended, and there is a new one when it is needed', async () => {
  const clock = new FakeClock();
  const idle = new WorkerAddressMaker({ clock });
  await idle.random({ leadingZeroBytes: 0 });
  assert.equal(clock.pendingTimers, 1);
  await clock.advance(60_000);
  assert.equal(clock.pendingTimers, 0);
  assert.equal((await idle.random({ leadingZeroBytes: 1 })).ripe[0], 0);
  await idle.stop();
  assert.equal(clock.pendingTimers, 0);
});

test('none asked for, none made', async () => {
  const passphrase = utf8('test');
  assert.deepEqual(await maker.deterministic({ passphrase, count: 0, leadingZeroBytes: 1 }), []);
});

test('random keys fit their ripe, and several searches can be asked for at once', async () => {
  const made = await Promise.all([1, 0, 1].map((n) => maker.random({ leadingZeroBytes: n })));
  for (const { signingKey, encryptionKey, ripe } of made) {
    assert.deepEqual(ripe, ripeOf(publicKeyOf(signingKey), publicKeyOf(encryptionKey)));
  }
  assert.equal(made[0]?.ripe[0], 0);
  assert.equal(new Set(made.map(({ signingKey }) => toHex(signingKey))).size, 3);
});

test('a search is aborted, and the one behind it goes on', async () => {
  const reason = new Error('no longer wanted');
  const controller = new AbortController();
  const endless = { passphrase: utf8('endless'), count: 1_000_000, leadingZeroBytes: 3 };
  const aborted = maker.deterministic(endless, controller.signal);
  const next = maker.random({ leadingZeroBytes: 0 });
  const never = maker.random({ leadingZeroBytes: 3 }, AbortSignal.abort(reason));
  setImmediate(() => controller.abort(reason));
  await assert.rejects(aborted, reason);
  await assert.rejects(never, reason);
  assert.equal((await next).ripe.length, 20);
});

test('stopping ends all searches; after a start there are new ones', async () => {
  const stopped = new WorkerAddressMaker();
  const searches = [3, 3].map((n) => stopped.random({ leadingZeroBytes: n }));
  const rejected = Promise.all(searches.map((search) => assert.rejects(search, /stopping/)));
  await stopped.stop();
  await rejected;
  await assert.rejects(stopped.random({ leadingZeroBytes: 0 }), /stopping/);
  await stopped.start();
  assert.equal((await stopped.random({ leadingZeroBytes: 0 })).ripe.length, 20);
  await stopped.stop();
  await stopped.stop();
});

test('progress is reported', async () => {
  const tries: number[] = [];
  await maker.random({ leadingZeroBytes: 1 }, undefined, (now) => tries.push(now));
  const passphrase = utf8('test');
  const request = { passphrase, count: 3, leadingZeroBytes: 1 };
  await maker.deterministic(request, undefined, (now) => tries.push(now));
  assert.ok(tries.length >= 2 && tries.every((now) => now > 0));
});

test('a passphrase longer than the fast way takes', async () => {
  const passphrase = new Uint8Array(70_000).fill(1);
  const made = await maker.deterministic({ passphrase, count: 1, leadingZeroBytes: 0 });
  assert.equal(made[0]?.signingNonce, 0);
});

test('requests out of range are refused', async () => {
  const passphrase = utf8('p');
  await assert.rejects(maker.random({ leadingZeroBytes: 4 }), RangeError);
  await assert.rejects(maker.random({ leadingZeroBytes: -1 }), RangeError);
  const count = 0.5;
  await assert.rejects(maker.deterministic({ passphrase, count, leadingZeroBytes: 1 }), RangeError);
});
