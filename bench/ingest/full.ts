import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { PetrelNode } from '../../src/node/node.js';
import { openStore } from '../../src/store/open-store.js';
import type { InventoryEntry } from '../../src/store/repositories.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import {
  foreignMessage,
  makeCorrespondent,
  messageFor,
} from '../../test/support/many-identities.js';

const IDENTITIES = 10_000;
const OBJECTS = 20_000;
const OURS = 500;
/** Long enough for the whole run. */
const TTL_S = 6 * 3600;
const REPORT_EVERY_MS = 30_000;
const MB = 1024 * 1024;

/** Everything is in the store before the node starts: it comes back after a long time offline. */
export async function runFull(
  parent: string,
  startNode: (dataDir: string, workers: number) => Promise<PetrelNode>,
): Promise<void> {
  const dataDir = join(parent, 'full');
  const nowS = systemClock.nowS();
  console.log(`making ${IDENTITIES} identities and ${OBJECTS} objects, ${OURS} of them ours`);
  const all = Array.from({ length: IDENTITIES }, (_, n) => makeCorrespondent(`${n}`, nowS));
  const sender = makeCorrespondent('sender', nowS);
  const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
  const added = await store.identities.add(all.map(({ record }) => record));
  await store.backfill.forget('identity', added);
  for (let n = 0; n < OBJECTS; n++) {
    const to = n % (OBJECTS / OURS) === 0 ? all[randomInt(IDENTITIES)] : undefined;
    const entry: InventoryEntry = to
      ? messageFor(to, sender, `message ${n}`, nowS, TTL_S)
      : foreignMessage(nowS);
    await store.inventory.add(entry);
  }
  await store.close();
  const beforeMb = process.memoryUsage().rss / MB;
  const startMs = performance.now();
  const passedS = (): number => (performance.now() - startMs) / 1000;
  const node = await startNode(dataDir, 2);
  console.log(`started in ${passedS().toFixed(2)} s`);
  let mostMb = 0;
  let reportMs = performance.now();
  while (node.mail.feedPosition < OBJECTS) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    mostMb = Math.max(mostMb, process.memoryUsage().rss / MB);
    if (performance.now() - reportMs < REPORT_EVERY_MS) continue;
    reportMs = performance.now();
    const { objectsProcessed, messagesReceived } = node.counters;
    console.log(
      `${passedS().toFixed(0)} s: ${objectsProcessed} objects, ${messagesReceived} messages`,
    );
  }
  const tookS = passedS();
  const inbox = await node.store.inbox.list('inbox');
  const subjects = new Set(inbox.map(({ subject }) => Buffer.from(subject).toString()));
  await node.stop();
  const rate = (OBJECTS / tookS).toFixed(1);
  console.log(
    `${tookS.toFixed(0)} s, ${rate} objects/s, ${inbox.length} messages, ${subjects.size} different`,
  );
  console.log(`memory ${beforeMb.toFixed(0)} MB before the start, at most ${mostMb.toFixed(0)} MB`);
}
