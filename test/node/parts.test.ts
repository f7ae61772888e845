/** Small parts on their own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NodeEventLog } from '../../src/node/events.js';
import { listPostOf } from '../../src/node/inbox/mailing-list.js';
import { JobPool } from '../../src/node/outbox/job-pool.js';
import { ServiceStack } from '../../src/node/service-stack.js';
import type { IdentityRecord, InboxRecord } from '../../src/store/repositories.js';
import { displayText, utf8 } from '../../src/util/bytes.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the job pool', () => {
  it('runs one job per key, a limited number at once, in order', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const pool = new JobPool({
      maxAtOnce: 2,
      maxPerOwner: 2,
      run: (key) => {
        begun.push(displayText(key));
        return new Promise((resolve) => ends.push(resolve));
      },
    });
    for (const key of ['a', 'b', 'c', 'a', 'c']) pool.add(utf8(key), 'me');
    assert.deepEqual(begun, []);
    pool.start();
    assert.deepEqual(begun, ['a', 'b']);
    pool.add(utf8('b'), 'me'); // Again, when the present one ends.
    ends[0]?.();
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    ends[1]?.();
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'c', 'b']);
    assert.equal(pool.size, 2);
    ends[2]?.();
    ends[3]?.();
    await turn();
    assert.equal(pool.size, 0);
  });

  it('aborts what runs and begins nothing more when it stops', async () => {
    const reasons: unknown[] = [];
    const pool = new JobPool({
      maxAtOnce: 1,
      maxPerOwner: 1,
      run: (_key, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            resolve();
          });
        }),
    });
    pool.start();
    pool.add(utf8('a'), 'me');
    pool.add(utf8('b'), 'me');
    const reason = new Error('stopped');
    await pool.stop(reason);
    assert.deepEqual(reasons, [reason]);
    assert.equal(pool.size, 0);
  });
});

describe('the service stack', () => {
  it('stops in reverse, whatever fails or hangs', async () => {
    const clock = new FakeClock();
    const stack = new ServiceStack({ clock, log: nullLog });
    const stopped: string[] = [];
    const service = (name: string, end: Promise<void>) => () => {
      stopped.push(name);
      return end;
    };
    stack.add('store', service('store', Promise.resolve()));
    stack.add('hanging', service('hanging', new Promise(() => undefined)));
    stack.add('failing', service('failing', Promise.reject(new Error('no'))));
    const done = stack.stop(10_000);
    await clock.advance(10_000);
    await done;
    assert.deepEqual(stopped, ['failing', 'hanging', 'store']);
  });
});

describe('the event log', () => {
  it('tells a follower what it missed, or that it missed too much', () => {
    const errors: unknown[] = [];
    const log = new NodeEventLog(new FakeClock(), (error) => errors.push(error));
    const start = log.lastId;
    const seen: number[] = [];
    log.follow(({ id }) => seen.push(id));
    log.follow(() => {
      throw new Error('a follower fails');
    });
    log.emit('keyAnswered', { address: 'first' });
    for (let n = 0; n < 999; n++) log.emit('keyAnswered', { address: `${n}` });
    assert.equal(seen.length, 1000);
    assert.equal(errors.length, 1000);
    assert.equal(log.since(start).complete, true);
    assert.equal(log.since(start).events.length, 1000);
    log.emit('keyAnswered', { address: 'last' });
    assert.equal(log.since(start).complete, false);
    assert.equal(log.since(start + 1).complete, true);
    assert.deepEqual(log.since(log.lastId), { events: [], complete: true });
    assert.equal(log.since(log.lastId + 1).complete, false);
  });

  it('does not keep progress for followers that reconnect', () => {
    const log = new NodeEventLog(new FakeClock());
    const start = log.lastId;
    const seen: string[] = [];
    log.follow(({ name }) => seen.push(name));
    const progress = {
      purpose: 'message',
      trials: 1,
      elapsedMs: 1,
      expectedTrials: 2,
      trialsPerSecond: 1,
      running: true,
    };
    log.emit('powProgress', progress);
    log.emit('keyAnswered', { address: 'a' });
    log.emit('powProgress', progress);
    assert.deepEqual(seen, ['powProgress', 'keyAnswered', 'powProgress']);
    const { events, complete } = log.since(start);
    assert.equal(complete, true);
    assert.deepEqual(
      events.map(({ name }) => name),
      ['keyAnswered'],
    );
    assert.equal(log.since(start - 1).complete, false);
  });
});

describe('a mailing list', () => {
  const list = {
    address: 'BM-list',
    mailingList: true,
    mailingListName: utf8('birds'),
  } as IdentityRecord;
  const post = (subject: string): string => {
    const row = { subject: utf8(subject), body: utf8('b'), fromAddress: 'BM-x', encoding: 2 };
    const made = listPostOf(row as InboxRecord, list, 1_795_132_800);
    return displayText(made?.subject ?? utf8('none'));
  };

  it('marks subjects with its name once', () => {
    assert.equal(post('petrels'), '[birds] petrels');
    assert.equal(post('  petrels \t'), '[birds] petrels');
    assert.equal(post('Re: petrels'), '[birds] petrels');
    assert.equal(post('RE:petrels'), '[birds] petrels');
    assert.equal(post('re: petrels'), '[birds] re: petrels');
    assert.equal(post('Re: Re: petrels'), '[birds] Re: petrels');
    assert.equal(post('Re: [birds] petrels'), '[birds] petrels');
    assert.equal(post('seen: [birds] petrels'), 'seen: [birds] petrels');
  });

  it('sends nothing on that it cannot send', () => {
    const row = { subject: utf8(''), body: utf8(''), fromAddress: '', encoding: 9 } as InboxRecord;
    assert.equal(listPostOf(row, list, 0), undefined);
    const large = { ...row, encoding: 2, body: new Uint8Array(261_640) };
    assert.equal(listPostOf(large, list, 0), undefined);
    assert.equal(
      listPostOf({ ...row, encoding: 2 }, { ...list, mailingList: false }, 0),
      undefined,
    );
  });

  it('tells the time and the sender', () => {
    const row = { subject: utf8(''), body: utf8('seen'), fromAddress: 'BM-x', encoding: 2 };
    const made = listPostOf(row as InboxRecord, list, 1_795_132_800);
    assert.equal(
      displayText(made?.body ?? utf8('')),
      'Fri, 2026-11-20 00:00:00 UTC   Message ostensibly from BM-x:\n\nseen',
    );
  });
});
