import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_PENDING_UPLOADS, MAX_SERVES_PER_OBJECT } from '../../src/network/limits.js';
import { Uploads } from '../../src/network/uploads.js';
import { bytesKey } from '../../src/util/bytes.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeLink } from '../support/fake-link.js';

const DELAY_MS = 5_200;

function hash(number: number): Uint8Array {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

interface Setup {
  readonly clock: FakeClock;
  readonly uploads: Uploads;
  readonly link: FakeLink;
  readonly held: Map<string, Uint8Array>;
  /** Keys that the peer must not know of. */
  readonly hidden: Set<string>;
  /** Keys of objects that came a moment ago. */
  readonly fresh: Set<string>;
  /** Hashes given to each load. */
  readonly loads: number[];
}

function create(delayMs = 0): Setup {
  const clock = new FakeClock();
  const held = new Map<string, Uint8Array>();
  const hidden = new Set<string>();
  const fresh = new Set<string>();
  const loads: number[] = [];
  for (let number = 0; number < 500; number++) held.set(bytesKey(hash(number)), hash(number));
  const uploads = new Uploads(
    {
      mayServe: (wanted) => !hidden.has(bytesKey(wanted)),
      isFresh: (key) => fresh.has(key),
      // Three at a time, as if they were large.
      load: (wanted) => {
        loads.push(wanted.length);
        return Promise.resolve(wanted.slice(0, 3).map((one) => held.get(bytesKey(one))));
      },
      delayMs: () => delayMs,
      served: () => undefined,
    },
    clock,
  );
  const link = new FakeLink(1);
  uploads.addPeer(link);
  return { clock, uploads, link, held, hidden, fresh, loads };
}

describe('uploads', () => {
  it('sends what is asked for, each object once per request', async () => {
    const { clock, uploads, link } = create();
    uploads.request(1, [hash(1), hash(2), hash(1)]);
    await clock.advance(0);
    assert.deepEqual(link.sent, [
      { command: 'object', payload: hash(1) },
      { command: 'object', payload: hash(2) },
    ]);
    assert.equal(uploads.size, 0);
  });

  it('keeps requests of the first seconds for what is fresh waiting', async () => {
    const { clock, uploads, link, fresh } = create(DELAY_MS);
    fresh.add(bytesKey(hash(1)));
    uploads.request(1, [hash(1)]);
    await clock.advance(DELAY_MS - 1);
    uploads.request(1, [hash(1)]);
    assert.equal(link.sent.length, 0);
    assert.equal(uploads.size, 1);
    await clock.advance(1);
    assert.equal(link.sent.length, 1);
    assert.equal(uploads.size, 0);
  });

  it('serves a new peer what is not fresh at once, whatever it asks for beside', async () => {
    const { clock, uploads, link, fresh } = create(DELAY_MS);
    for (let number = 0; number < 300; number += 2) fresh.add(bytesKey(hash(number)));
    uploads.request(
      1,
      Array.from({ length: 300 }, (_, number) => hash(number)),
    );
    await clock.advance(100);
    assert.equal(link.sent.length, 150);
    await clock.advance(DELAY_MS);
    assert.equal(link.sent.length, 300);
    assert.deepEqual(link.faults, []);
  });

  it('serves a new peer nothing at all after a request for what it does not have', async () => {
    const { clock, uploads, link } = create(DELAY_MS);
    uploads.request(1, [hash(9_999)]);
    await clock.advance(1_000);
    uploads.request(1, [hash(1)]);
    await clock.advance(DELAY_MS - 1_001);
    assert.equal(link.sent.length, 0);
    await clock.advance(1);
    assert.equal(link.sent.length, 1);
  });

  it('serves nothing for some time after a request for what it does not have', async () => {
    const { clock, uploads, link } = create(DELAY_MS);
    await clock.advance(DELAY_MS);
    uploads.request(1, [hash(1), hash(9_999)]);
    await clock.advance(0);
    assert.equal(link.sent.length, 1, 'what came with it is served');
    assert.deepEqual(link.faults, ['unknown-object']);
    uploads.request(1, [hash(2)]);
    await clock.advance(DELAY_MS - 1);
    assert.equal(link.sent.length, 1);
    await clock.advance(1);
    assert.equal(link.sent.length, 2);
  });

  it('does not even look for what the peer must not know of', async () => {
    const { clock, uploads, link, hidden, loads } = create(DELAY_MS);
    await clock.advance(DELAY_MS);
    hidden.add(bytesKey(hash(1)));
    uploads.request(1, [hash(1)]);
    await clock.advance(0);
    assert.deepEqual([link.sent, loads, link.faults], [[], [], ['unknown-object']]);
    uploads.request(1, [hash(2)]);
    await clock.advance(0);
    assert.equal(link.sent.length, 0, 'as for one that is not there');
  });

  it('waits while the send buffer is full', async () => {
    const { clock, uploads, link } = create();
    link.congested = true;
    uploads.request(1, [hash(1)]);
    await clock.advance(60_000);
    assert.equal(link.sent.length, 0);
    link.congested = false;
    uploads.drained(1);
    await clock.advance(0);
    assert.equal(link.sent.length, 1);
  });

  it('serves an object three times per connection, not more', async () => {
    const { clock, uploads, link } = create();
    for (let times = 0; times < MAX_SERVES_PER_OBJECT + 2; times++) {
      uploads.request(1, [hash(1)]);
      await clock.advance(0);
    }
    assert.equal(link.sent.length, MAX_SERVES_PER_OBJECT);
    assert.deepEqual(link.faults, []);
  });

  it('takes a bounded number of requests', () => {
    const { uploads, link } = create();
    link.congested = true;
    const many = Array.from({ length: MAX_PENDING_UPLOADS + 10 }, (_, number) => hash(number));
    uploads.request(1, many);
    assert.equal(uploads.size, MAX_PENDING_UPLOADS);
  });

  it('serves long lists in order and completely', async () => {
    const { clock, uploads, link } = create();
    const wanted = Array.from({ length: 500 }, (_, number) => hash(number));
    uploads.request(1, wanted);
    for (let turn = 0; turn < 50; turn++) await clock.advance(0);
    assert.deepEqual(
      link.sent.map(({ payload }) => payload),
      wanted,
    );
  });

  it('treats an object that cannot be read as missing', async () => {
    const clock = new FakeClock();
    const uploads = new Uploads(
      {
        mayServe: () => true,
        isFresh: () => false,
        load: () => Promise.reject(new Error('disk')),
        delayMs: () => 0,
        served: () => undefined,
      },
      clock,
    );
    const link = new FakeLink(1);
    uploads.addPeer(link);
    uploads.request(1, [hash(1)]);
    await clock.advance(0);
    assert.deepEqual(link.faults, ['unknown-object']);
  });
});
