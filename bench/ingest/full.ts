import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { memoryUsage } from 'node:process';
import type { PetrelNode } from '../../src/node/node.js';
import { openStore } from '../../src/store/open-store.js';
import { NO_BYTES } from '../../src/util/bytes.js';
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
/** Long enough for the whole run; without proof of work, as the others, so that the order is no help. */
const OPTIONS = { ttlS: 24 * 3600, isStamped: false };
const REPORT_EVERY_MS = 30_000;
const POLL_MS = 100;
const MB = 1024 * 1024;

export interface FullOptions {
  /** Goes on with what is there; made when it is not. */
  readonly dataDir: string;
  /** Stops after so long; another run goes on. */
  readonly limitS: number;
}

/** A node comes back after a long time offline: everything is in the inventory before it starts. */
export async function runFull(
  { dataDir, limitS }: FullOptions,
  startNode: (dataDir: string, workers: number) => Promise<PetrelNode>,
): Promise<void> {
  if (!existsSync(join(dataDir, 'mail.db'))) await prepare(dataDir);
  const beforeMb = memoryUsage().rss / MB;
  const startMs = performance.now();
  const passedS = (): number => (performance.now() - startMs) / 1000;
  const node = await startNode(dataDir, 2);
  const startedS = passedS();
  await node.mail.loading;
  const loadedS = passedS();
  console.log(`started in ${startedS.toFixed(2)} s, all keys there after ${loadedS.toFixed(2)} s`);
  const { counters } = node;
  let mostMb = 0;
  let reportMs = performance.now();
  while (node.mail.feedPosition < OBJECTS && passedS() < limitS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    mostMb = Math.max(mostMb, memoryUsage().rss / MB);
    if (performance.now() - reportMs < REPORT_EVERY_MS) continue;
    reportMs = performance.now();
    const { objectsProcessed, messagesReceived } = counters;
    console.log(`${passedS().toFixed(0)} s: ${objectsProcessed} objects, ${messagesReceived} ours`);
  }
  const workedS = passedS() - loadedS;
  const rate = counters.objectsProcessed / workedS;
  console.log(
    `${counters.objectsProcessed} objects in ${workedS.toFixed(0)} s, ${rate.toFixed(1)} a second`,
  );
  const inbox = await node.store.inbox.list('inbox');
  const subjects = new Set(inbox.map(({ subject }) => Buffer.from(subject).toString()));
  await node.stop();
  console.log(`${inbox.length} of ${OURS} messages in the inbox, ${subjects.size} different`);
  console.log(`memory ${beforeMb.toFixed(0)} MB before the start, at most ${mostMb.toFixed(0)} MB`);
}

async function prepare(dataDir: string): Promise<void> {
  const nowS = systemClock.nowS();
  console.log(`making ${IDENTITIES} identities and ${OBJECTS} objects, ${OURS} of them ours`);
  const all = Array.from({ length: IDENTITIES }, (_, n) => makeCorrespondent(`${n}`, nowS));
  const sender = makeCorrespondent('sender', nowS);
  const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
  const added = await store.identities.add(all.map(({ record }) => record));
  await store.backfill.forget('identity', added);
  await store.contacts.add({ address: sender.record.address, label: NO_BYTES });
  for (let n = 0; n < OBJECTS; n++) {
    const to = n % (OBJECTS / OURS) === 0 ? all[randomInt(IDENTITIES)] : undefined;
    await store.inventory.add(
      to ? messageFor(to, sender, `message ${n}`, nowS, OPTIONS) : foreignMessage(nowS),
    );
  }
  await store.close();
}
