/**
 * Adds objects until one cannot be stored (the parent limits the size of files), then says what the
 * inventory makes of it: the error, whether has() still knows the object, and whether mail goes on.
 */
import { openStore } from '../../../src/store/open-store.js';
import type { InventoryEntry } from '../../../src/store/repositories.js';
import { systemClock } from '../../../src/util/clock.js';
import { errorText, UserError } from '../../../src/util/errors.js';
import { nullLog } from '../../../src/util/log.js';
import { inventoryEntry } from '../../support/store-records.js';

const store = await openStore(
  { dataDir: process.argv[2] ?? '' },
  { log: nullLog, clock: systemClock },
);

/** The first entry that could not be stored, and why. */
async function fill(): Promise<{ entry: InventoryEntry; error: unknown }> {
  for (let n = 0; ; n++) {
    const entry = inventoryEntry(n, { object: new Uint8Array(50_000) });
    try {
      await store.inventory.add(entry);
    } catch (error) {
      return { entry, error };
    }
  }
}

const { entry, error } = await fill();
const kept = store.inventory.size;
console.log(
  JSON.stringify({
    isUserError: error instanceof UserError,
    message: errorText(error),
    known: store.inventory.has(entry.hash),
    size: kept,
    stored: (await store.inventory.readFeed(0, 10_000)).length,
    mailWorks: await store.contacts.add({ address: 'BM-a', label: new Uint8Array(1) }),
  }),
);
process.exit(0);
