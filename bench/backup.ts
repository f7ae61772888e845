/**
 * `npm run bench:backup [MESSAGES]`: backing up a running node with that many messages (default 100,000),
 * verifying and restoring. Its event loop and the store's answers during a backup stand beside those at
 * rest, in turns of the same run.
 */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { runBackupTask } from '../src/backup/backup-task.js';
import { PetrelNode } from '../src/node/node.js';
import { Settings } from '../src/node/settings/settings.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';
import { createTempDir } from '../test/support/temp-dir.js';
import { inboxRecord } from '../test/support/store-records.js';

const [messages = 100_000] = process.argv.slice(2).map(Number);
const ROUNDS = 3;
const REST_MS = 10_000;
const ASK_EVERY_MS = 20;
const SAMPLE_EVERY_MS = 20;
const BATCH = 500;
const BODY_BYTES = 1_000;
const RESOLUTION_MS = 5;
const PASSPHRASE = 'correct horse battery staple';

const temp = createTempDir('petrel-bench');
const dataDir = join(temp.path, 'node');
mkdirSync(dataDir);
const overrides = [
  ['network.offline', 'true'],
  ['network.bind', '127.0.0.1'],
  ['bitmessagesettings.port', '0'],
] as const;
const node = new PetrelNode(Settings.open({ dataDir, overrides }), {
  log: nullLog,
  clock: systemClock,
});

/** Bytes that do not compress, as mail of many people would not. */
function body(n: number): Uint8Array {
  return Uint8Array.from(
    { length: BODY_BYTES },
    (_, at) => 32 + ((n * 31 + at * 17 + at * n) % 90),
  );
}

async function fill(): Promise<void> {
  for (let n = 0; n < messages; n += BATCH) {
    await node.store.mailBulk.addInbox(
      Array.from({ length: BATCH }, (_, at) => inboxRecord(n + at, { body: body(n + at) })),
    );
  }
  while ((await node.store.search.index(1_000)) > 0);
}

interface Measured<Result> {
  readonly result: Result;
  readonly seconds: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** Of a list of 50 messages. */
  readonly answerP99Ms: number;
  /** Above what it was before. */
  readonly memoryMb: number;
}

async function during<Result>(work: () => Promise<Result>): Promise<Measured<Result>> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const memory = process.memoryUsage.rss();
  let peak = memory;
  const answers: number[] = [];
  const ended = new AbortController();
  const sampler = setInterval(
    () => (peak = Math.max(peak, process.memoryUsage.rss())),
    SAMPLE_EVERY_MS,
  );
  delay.enable();
  const startMs = performance.now();
  const asking = (async () => {
    while (!ended.signal.aborted) {
      const askedMs = performance.now();
      await node.store.mailbox.counts();
      answers.push(performance.now() - askedMs);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  })();
  const result = await work();
  const seconds = (performance.now() - startMs) / 1_000;
  ended.abort();
  await asking;
  delay.disable();
  clearInterval(sampler);
  answers.sort((a, b) => a - b);
  const over = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return {
    result,
    seconds,
    loopP99Ms: over(delay.percentile(99)),
    loopMaxMs: over(delay.max),
    answerP99Ms: answers[Math.floor(answers.length * 0.99)] ?? 0,
    memoryMb: (peak - memory) / 1e6,
  };
}

function print(what: string, measured: Measured<unknown>): void {
  const { seconds, loopP99Ms, loopMaxMs, answerP99Ms, memoryMb } = measured;
  console.log(
    `${what.padEnd(10)} ${seconds.toFixed(1)} s, loop p99 ${loopP99Ms.toFixed(1)} ms, max ` +
      `${loopMaxMs.toFixed(1)} ms, counts p99 ${answerP99Ms.toFixed(1)} ms, memory +${memoryMb.toFixed(0)} MB`,
  );
}

await node.start();
await fill();
console.log(
  `${messages} messages, mail.db ${(statSync(join(dataDir, 'mail.db')).size / 1e6).toFixed(0)} MB`,
);
const target = join(temp.path, 'mail.backup');
for (let round = 0; round < ROUNDS; round++) {
  print('rest', await during(() => new Promise((resolve) => setTimeout(resolve, REST_MS))));
  const task = { dataDir, target, passphrase: PASSPHRASE, withNetwork: false, force: true };
  const made = await during(() => runBackupTask('create', { ...task, nowMs: Date.now() }));
  print('create', made);
  if (round === 0) console.log(`backup of ${(made.result.bytes / 1e6).toFixed(0)} MB`);
}
const path = target;
print(
  'verify',
  await during(() =>
    runBackupTask('verify', { path, passphrase: PASSPHRASE, scratchParent: temp.path }),
  ),
);
const restored = join(temp.path, 'restored');
mkdirSync(restored);
const task = { path, passphrase: PASSPHRASE, dataDir: restored, force: false, nowMs: Date.now() };
print('restore', await during(() => runBackupTask('restore', task)));
await node.stop();
rmSync(temp.path, { recursive: true, force: true });
process.exit(0);
