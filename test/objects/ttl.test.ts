import assert from 'node:assert/strict';
import test from 'node:test';
import { fc } from '../support/properties.js';
import {
  ackTtlS,
  broadcastTtlS,
  clampTtl,
  getpubkeyTtlS,
  jitteredTtl,
  MAX_SENT_TTL_S,
  msgTtlS,
  PUBKEY_TTL_S,
} from '../../src/objects/ttl.js';

const DAY_S = 86_400;

test('messages: the user’s TTL, doubled with every retry, at most 28 days', () => {
  assert.equal(msgTtlS(367_200, 0), 367_200);
  assert.equal(msgTtlS(367_200, 1), 734_400);
  assert.equal(msgTtlS(367_200, 2), 1_468_800);
  assert.equal(msgTtlS(367_200, 3), 2_419_200);
  assert.equal(msgTtlS(367_200, 5_000), 2_419_200);
  assert.equal(msgTtlS(60, 0), 60);
});

test('broadcasts and wishes of users: 1 hour to 28 days', () => {
  for (const clamp of [broadcastTtlS, clampTtl]) {
    assert.equal(clamp(0), 3_600);
    assert.equal(clamp(-5), 3_600);
    assert.equal(clamp(3_601), 3_601);
    assert.equal(clamp(1e12), 2_419_200);
  }
});

test('keys and requests for them', () => {
  assert.equal(PUBKEY_TTL_S, 2_419_200);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 9].map(getpubkeyTtlS),
    [216_000, 432_000, 864_000, 1_728_000, 2_419_200, 2_419_200],
  );
});

test('acknowledgements live 1, 7 or 28 days', () => {
  assert.equal(ackTtlS(3_600), DAY_S);
  assert.equal(ackTtlS(DAY_S - 1), DAY_S);
  assert.equal(ackTtlS(DAY_S), 7 * DAY_S);
  assert.equal(ackTtlS(7 * DAY_S - 1), 7 * DAY_S);
  assert.equal(ackTtlS(7 * DAY_S), 28 * DAY_S);
  assert.equal(ackTtlS(28 * DAY_S + 299), 28 * DAY_S);
});

test('jitter is a whole number of seconds from -300 to 299', () => {
  const seen = new Set<number>();
  for (let i = 0; i < 20_000; i++) seen.add(jitteredTtl(1_000) - 1_000);
  assert.ok([...seen].every((s) => Number.isInteger(s) && s >= -300 && s <= 299));
  assert.ok(seen.size > 500);
});

test('nothing that is sent outlives 28 days and 300 seconds', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(100), (ttlS, retry) => {
      for (const s of [msgTtlS(ttlS, retry), broadcastTtlS(ttlS), getpubkeyTtlS(retry)]) {
        assert.ok(jitteredTtl(s) <= MAX_SENT_TTL_S + 300);
      }
    }),
  );
});
