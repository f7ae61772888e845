/** The processor over a store in memory: every object has its effect once, whenever it is killed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../../support/properties.js';
import { MailCounters } from '../../../src/node/counters.js';
import type { Opened } from '../../../src/node/decrypt/decrypt-service.js';
import type { Effect, ReceivedObject } from '../../../src/node/inbox/effect.js';
import { ObjectDispatch } from '../../../src/node/inbox/object-dispatch.js';
import { ObjectProcessor } from '../../../src/node/inbox/object-processor.js';
import type { MailContext } from '../../../src/node/mail-dependencies.js';
import type { FeedEntry, MailChanges } from '../../../src/store/repositories.js';
import { nullLog } from '../../../src/util/log.js';
import { createEasyObject } from '../../support/easy-objects.js';
import { FakeClock } from '../../support/fake-clock.js';
import { soon } from '../../support/memory-network.js';

const MSG = 2;
const PUBKEY = 1;

/** What outlives a kill: the feed, and what was committed. */
class MemoryDisk {
  readonly feed: FeedEntry[] = [];
  /** Effects in order of commit, each the number of its object. */
  readonly effects: number[] = [];
  progress = { seq: 0, doneAbove: new Uint8Array() };
  seqFloor = 0;

  add(type: number): number {
    const seq = Math.max(this.feed.at(-1)?.seq ?? 0, this.seqFloor) + 1;
    this.feed.push({ seq, ...createEasyObject(1_000, { type }) });
    return seq;
  }

  commit({ inbox, feedPosition, doneAbove }: MailChanges): void {
    if (inbox) this.effects.push(inbox.receivedS);
    if (feedPosition !== undefined && doneAbove && feedPosition >= this.progress.seq) {
      this.progress = { seq: feedPosition, doneAbove: doneAbove.slice() };
    }
  }
}

interface Life {
  readonly processor: ObjectProcessor;
  /** Nothing that it asks for is answered from now on, nothing is carried out. */
  kill(): void;
  readonly failures: unknown[];
  readonly counters: MailCounters;
}

/** @param trial how an object is opened; its effect is a row that has its number */
function begin(
  disk: MemoryDisk,
  clock: FakeClock,
  {
    killAtCommit = Infinity,
    stuckAtCommit = Infinity,
    trial = () => Promise.resolve([]),
  }: {
    killAtCommit?: number;
    stuckAtCommit?: number;
    trial?: (received: ReceivedObject) => Promise<Opened[]>;
  } = {},
): Life {
  let isDead = false;
  let commits = 0;
  const failures: unknown[] = [];
  const counters = new MailCounters();
  const answer = <Value>(act: () => Value): Promise<Value> =>
    new Promise((resolve) => {
      if (isDead) return;
      const value = act();
      setImmediate(() => {
        if (!isDead) resolve(value);
      });
    });
  const store = {
    inventory: {
      readFeed: (after: number, limit: number) =>
        answer(() => disk.feed.filter(({ seq }) => seq > after).slice(0, limit)),
      readEntries: (seqs: readonly number[]) =>
        answer(() => disk.feed.filter(({ seq }) => seqs.includes(seq))),
      ensureSeqAbove: (seq: number) =>
        answer(() => void (disk.seqFloor = Math.max(disk.seqFloor, seq))),
      onAdded: () => () => undefined,
    },
    journal: {
      feedProgress: () => answer(() => disk.progress),
      commit: (changes: MailChanges) => {
        if (commits + 1 === stuckAtCommit) return new Promise(() => undefined);
        return answer(() => {
          disk.commit(changes);
          if (++commits >= killAtCommit) isDead = true;
          return { inboxAdded: true, sentChanged: [] };
        });
      },
    },
  };
  const fail = (error: unknown): void => void failures.push(error);
  const context = { store, patient: store, clock, counters, log: nullLog, fail };
  const effect = ({ hash }: ReceivedObject): Effect => {
    const seq = disk.feed.find((entry) => entry.hash === hash)?.seq ?? 0;
    return { changes: { inbox: { receivedS: seq } as never } };
  };
  const encrypted = {
    needsTrial: () => true,
    open: trial,
    receive: (received: ReceivedObject) => Promise.resolve(effect(received)),
  };
  const dispatch = new ObjectDispatch(counters, {
    acks: () => undefined,
    getpubkey: () => undefined,
    pubkey: effect,
    msg: encrypted,
    broadcast: encrypted,
    onionpeer: () => undefined,
  });
  const processor = new ObjectProcessor(context as unknown as MailContext, dispatch);
  return { processor, kill: () => void (isDead = true), failures, counters };
}

async function untilDone(life: Life, disk: MemoryDisk): Promise<void> {
  const last = disk.feed.at(-1)?.seq ?? 0;
  await soon('everything done', () => (life.processor.position >= last ? true : undefined));
}

describe('the object processor', () => {
  it('killed at any commit, any number of times, gives every object its effect once', async () => {
    const lives = fc.array(
      fc.record({ types: fc.array(fc.constantFrom(MSG, MSG, PUBKEY)), killAtCommit: fc.nat(30) }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(lives, async (all) => {
        const [disk, clock] = [new MemoryDisk(), new FakeClock()];
        for (const { types, killAtCommit } of all) {
          for (const type of types) disk.add(type);
          const life = begin(disk, clock, { killAtCommit: killAtCommit + 1 });
          void life.processor.start();
          for (let turn = 0; turn < killAtCommit * 4; turn++) {
            await new Promise((resolve) => setImmediate(resolve));
          }
          life.kill();
        }
        const last = begin(disk, clock);
        await last.processor.start();
        await untilDone(last, disk);
        await last.processor.stop();
        assert.deepEqual(
          [...disk.effects].sort((a, b) => a - b),
          disk.feed.map(({ seq }) => seq),
        );
        assert.deepEqual(last.failures, []);
        const stored = { seq: disk.feed.at(-1)?.seq ?? 0, doneAbove: new Uint8Array() };
        assert.deepEqual(disk.progress, stored);
      }),
      { numRuns: 60 },
    );
  });

  it('does what is quick while trials hang, and tries no more at once than it should', async () => {
    const [disk, clock] = [new MemoryDisk(), new FakeClock()];
    for (let n = 0; n < 300; n++) disk.add(MSG);
    for (let n = 0; n < 10; n++) disk.add(PUBKEY);
    let tried = 0;
    const trial = (): Promise<Opened[]> => new Promise(() => void (tried += 1));
    const life = begin(disk, clock, { trial });
    await life.processor.start();
    await soon('keys', () => (disk.effects.length === 10 ? true : undefined));
    assert.ok(tried > 0 && tried <= 64, `${tried} at once`);
    assert.ok(life.processor.busy);
    await life.processor.stop();
    // Nothing of the trials was finished: the next life does it, and the keys not again.
    const next = begin(disk, clock);
    await next.processor.start();
    await untilDone(next, disk);
    await next.processor.stop();
    assert.equal(disk.effects.length, 310);
    assert.equal(new Set(disk.effects).size, 310);
  });

  it('lets nothing pass an effect that waits for the disk', async () => {
    const [disk, clock] = [new MemoryDisk(), new FakeClock()];
    for (let n = 0; n < 6; n++) disk.add(n % 2 === 0 ? PUBKEY : MSG);
    const life = begin(disk, clock, { stuckAtCommit: 3 });
    await life.processor.start();
    await soon('two effects', () => (disk.effects.length === 2 ? true : undefined));
    for (let turn = 0; turn < 100; turn++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(disk.effects.length, 2, 'none of the others');
    life.kill(); // What waited must not be marked as done by anything that came after it.
    const next = begin(disk, clock);
    await next.processor.start();
    await untilDone(next, disk);
    await next.processor.stop();
    const numbers = disk.feed.map(({ seq }) => seq);
    assert.deepEqual([...disk.effects].sort(), numbers);
  });

  it('skips an object that fails, and tells', async () => {
    const [disk, clock] = [new MemoryDisk(), new FakeClock()];
    const bad = [disk.add(MSG), disk.add(MSG), disk.add(MSG)][1];
    const trial = ({ hash }: ReceivedObject): Promise<Opened[]> =>
      disk.feed.find(({ seq }) => seq === bad)?.hash === hash
        ? Promise.reject(new Error('broken'))
        : Promise.resolve([]);
    const life = begin(disk, clock, { trial });
    await life.processor.start();
    await untilDone(life, disk);
    await life.processor.stop();
    assert.equal(life.counters.deadLetters, 1);
    assert.deepEqual([...disk.effects].sort(), [1, 3]);
  });

  it('goes on without objects that expired while they waited', async () => {
    const [disk, clock] = [new MemoryDisk(), new FakeClock()];
    for (let n = 0; n < 100; n++) disk.add(MSG);
    let release: () => void = () => undefined;
    const held = new Promise<Opened[]>((resolve) => (release = () => resolve([])));
    const life = begin(disk, clock, { trial: () => held });
    await life.processor.start();
    await soon('a full window', () => (life.processor.readTo === 100 ? true : undefined));
    disk.feed.splice(20, 60);
    release();
    await soon('the end', () => (life.processor.position === 100 ? true : undefined));
    await life.processor.stop();
    assert.equal(disk.progress.seq, 100);
  });
});
