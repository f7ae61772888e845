/** Kills a writing process again and again; what it was told is stored must be there each time. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Connection } from '../../src/store/connection.js';
import type { Store } from '../../src/store/open-store.js';
import { randomInt } from '../../src/util/random.js';
import { startProgram } from './child-program.js';
import { bytesOf, inboxRecord, inventoryEntry, sentRecord } from './store-records.js';
import { openTempStore } from './temp-store.js';

/** A round ends after some number of acknowledgements up to this. */
const MAX_ACKNOWLEDGED = 400;

/** Numbers of each round start here, so that rounds do not write the same rows. */
const NUMBERS_PER_ROUND = 100_000;

/** @returns how many writes were acknowledged, and found, in all rounds together. */
export async function runCrashRounds(dataDir: string, rounds: number): Promise<number> {
  const acknowledged = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const line of await writeUntilKilled(dataDir, round)) acknowledged.add(line);
    assertIntact(join(dataDir, 'mail.db'));
    assertIntact(join(dataDir, 'network.db'));
    const { store } = await openTempStore(undefined, { dataDir });
    for (const line of acknowledged) await assertStored(store, line);
    await store.close();
  }
  return acknowledged.size;
}

async function writeUntilKilled(dataDir: string, round: number): Promise<string[]> {
  const first = String(round * NUMBERS_PER_ROUND);
  const child = startProgram('store/programs/busy-writer', [dataDir, first]);
  const killAfter = randomInt(1, MAX_ACKNOWLEDGED);
  const lines: string[] = [];
  for await (const line of child.lines) {
    lines.push(line);
    if (lines.length === killAfter) child.process.kill('SIGKILL');
  }
  assert.equal(await child.ended, 'SIGKILL');
  return lines;
}

function assertIntact(path: string): void {
  const connection = new Connection(path, 'mail');
  assert.deepEqual(connection.pragma('integrity_check'), ['ok'], path);
  connection.close();
}

async function assertStored(store: Store, line: string): Promise<void> {
  const [what, number] = line.split(' ');
  const n = Number(number);
  if (what === 'mail') {
    assert.ok(await store.inbox.get(inboxRecord(n).msgid), line);
    assert.ok((await store.journal.feedPosition()) >= n, line);
  } else if (what === 'sent') {
    const record = await store.sent.getByAckData(sentRecord(n).ackData);
    assert.equal(record?.status, 'msgsent', line);
  } else {
    assert.equal(what, 'object');
    assert.ok(store.inventory.has(inventoryEntry(n).hash), line);
    assert.deepEqual(
      await store.inventory.get(inventoryEntry(n).hash),
      bytesOf(64, 'object bytes', n),
    );
  }
}
