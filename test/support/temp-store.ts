/** A store with real files in a temporary directory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openStore, type Store, type StoreOptions } from '../../src/store/open-store.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from './fake-clock.js';

/** A new empty directory; with a test's context it is removed after the test. */
export function tempDir(t?: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'petrel-test-'));
  t?.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface TempStore {
  /** The open store; another one after `reopen`. */
  store: Store;
  readonly dataDir: string;
  /** Closes the store and opens it again on the same files. */
  reopen(): Promise<Store>;
  /** Closes the store and removes the directory. */
  remove(): Promise<void>;
}

/** With a test's context the store is removed after the test; without, call `remove`. */
export async function openTempStore(
  t?: TestContext,
  options: Partial<StoreOptions> = {},
): Promise<TempStore> {
  const dataDir = options.dataDir ?? tempDir();
  const open = (): Promise<Store> =>
    openStore({ ...options, dataDir }, { log: nullLog, clock: new FakeClock() });
  const temp: TempStore = {
    store: await open(),
    dataDir,
    async reopen() {
      await temp.store.close();
      temp.store = await open();
      return temp.store;
    },
    async remove() {
      await temp.store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  t?.after(() => temp.remove());
  return temp;
}
