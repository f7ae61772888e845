/**
 * Writes to every kind of table without a pause and tells each write after the store has
 * acknowledged it, one line each: `mail N`, `sent N`, `object N`. The parent kills it at some moment.
 * Parameters: data directory, first number.
 */
import { writeSync } from 'node:fs';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { systemClock } from '../../../src/util/clock.js';
import { nullLog } from '../../../src/util/log.js';
import { bytesOf, inboxRecord, inventoryEntry, sentRecord } from '../../support/store-records.js';

/** Objects that are on their way to the store at a time. */
const OBJECTS_IN_FLIGHT = 50;

const STDOUT = 1;

function acknowledge(what: string, n: number): void {
  let left = Buffer.from(`${what} ${n}\n`);
  while (left.length > 0) left = left.subarray(writeSome(left));
}

/** At once, so that nothing acknowledged is lost with the process; 0 while the parent is slow to read. */
function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

async function writeMail(store: Store, first: number): Promise<never> {
  for (let n = first; ; n++) {
    await store.journal.commit({
      inbox: inboxRecord(n, { body: new Uint8Array(2000) }),
      outgoing: [{ hash: bytesOf(32, 'out', n), object: bytesOf(64, 'out', n), publishAtMs: n }],
      feedPosition: n,
    });
    acknowledge('mail', n);
    await store.sent.add(sentRecord(n));
    await store.sent.update(sentRecord(n).ackData, { status: 'msgsent' }, ['msgqueued']);
    acknowledge('sent', n);
  }
}

async function writeObjects(store: Store, first: number): Promise<never> {
  for (let n = first; ; n += OBJECTS_IN_FLIGHT) {
    const added = Array.from({ length: OBJECTS_IN_FLIGHT }, async (_, i) => {
      await store.inventory.add(inventoryEntry(n + i));
      acknowledge('object', n + i);
    });
    await Promise.all(added);
  }
}

const [dataDir = '', first = '0'] = process.argv.slice(2);
const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
await Promise.all([writeMail(store, Number(first)), writeObjects(store, Number(first))]);
