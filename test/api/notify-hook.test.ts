/** apinotifypath with real programs. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { NotifyHook, type NotifyHookOptions } from '../../src/api/notify-hook.js';
import type { NodeEvents, ReceivedMail } from '../../src/node/events.js';
import { Emitter } from '../../src/util/emitter.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const LIMIT_MS = 120_000;
const MAIL: ReceivedMail = {
  msgid: new Uint8Array(32),
  toAddress: 'BM-to',
  fromAddress: 'BM-from',
  subject: new Uint8Array(0),
  encoding: 2,
  receivedS: 0,
};

interface Bench {
  readonly events: Emitter<NodeEvents>;
  readonly hook: NotifyHook;
  readonly clock: FakeClock;
  readonly warnings: string[];
  /** What the programs have written, a line each. */
  readonly lines: () => string[];
  readonly file: (name: string) => string;
}

/** @param script of a shell program; `$OUT` is the file of {@link Bench.lines}. */
function bench(t: TestContext, script: string, options: Partial<NotifyHookOptions> = {}): Bench {
  const temp = createTempDir('petrel-notify');
  // A blank and a quote in the name: no shell shall see them.
  const path = join(temp.path, "it's a hook;");
  const out = join(temp.path, 'out');
  writeFileSync(path, `#!/bin/sh\nOUT='${out}'\nDIR='${temp.path}'\n${script}\n`);
  chmodSync(path, 0o755);
  const warnings: string[] = [];
  const warn = (...args: unknown[]): void => void warnings.push(String(args.at(-1)));
  const events = new Emitter<NodeEvents>();
  const clock = new FakeClock();
  const log = { ...nullLog, warn };
  const hook = new NotifyHook({ path, ...options }, { events, log, clock });
  t.after(async () => {
    const stopped = hook.stop();
    await clock.advance(10_000);
    await stopped;
    temp.remove();
  });
  const lines = (): string[] =>
    existsSync(out) ? readFileSync(out, 'utf8').split('\n').filter(Boolean) : [];
  return { events, hook, clock, warnings, lines, file: (name) => join(temp.path, name) };
}

const linesOf = (node: Bench, count: number): Promise<string[]> =>
  until('the programs', LIMIT_MS, () => {
    const lines = node.lines();
    return lines.length >= count ? lines : undefined;
  });

it('gives one word, in order, one program at a time', async (t) => {
  // A second one at the same time would find the directory of the first.
  const node = bench(t, 'mkdir "$DIR/busy" || exit 1; echo "$#:$1" >> "$OUT"; rmdir "$DIR/busy"');
  await node.hook.start();
  node.events.emit('messageReceived', MAIL);
  node.events.emit('broadcastReceived', MAIL);
  node.events.emit('messageReceived', MAIL);
  node.events.emit('identityCreated', { address: 'BM-x', chan: false });
  const words = ['1:startingUp', '1:newMessage', '1:newBroadcast', '1:newMessage'];
  assert.deepEqual(await linesOf(node, 4), words);
  assert.deepEqual(node.warnings, []);
});

it('goes on after programs that fail, and without one that is there', async (t) => {
  const node = bench(t, 'echo "$1" >> "$OUT"; exit 3');
  await node.hook.start();
  node.events.emit('messageReceived', MAIL);
  await linesOf(node, 2);
  await until('both warnings', LIMIT_MS, () => (node.warnings.length === 2 ? true : undefined));
  const absent = bench(t, '', { path: '/nonexistent/petrel-hook' });
  await absent.hook.start();
  absent.events.emit('messageReceived', MAIL);
  await until('both warnings', LIMIT_MS, () => (absent.warnings.length === 2 ? true : undefined));
  assert.match(absent.warnings[0] ?? '', /cannot be run/);
});

it('kills a program that hangs and leaves out words beyond the bound', async (t) => {
  const node = bench(t, 'echo "$1" >> "$OUT"; [ "$1" = newBroadcast ] || exec sleep 600', {
    maxWaiting: 2,
  });
  await node.hook.start();
  await linesOf(node, 1);
  for (let i = 0; i < 5; i++) node.events.emit('broadcastReceived', MAIL);
  await node.clock.advance(60_000);
  assert.deepEqual(await linesOf(node, 3), ['startingUp', 'newBroadcast', 'newBroadcast']);
  await until('all warnings', LIMIT_MS, () => (node.warnings.length >= 4 ? true : undefined));
  assert.match(node.warnings.join('\n'), /too slow.*\n.*too long.*\n.*failed.*\n.*left out/);
});

it('stops although its program does not', async (t) => {
  const node = bench(t, 'echo "$1" >> "$OUT"; exec sleep 600');
  await node.hook.start();
  await linesOf(node, 1);
  node.events.emit('messageReceived', MAIL);
  const stopped = node.hook.stop();
  await node.clock.advance(2_000);
  await stopped;
  node.events.emit('messageReceived', MAIL);
  assert.deepEqual(node.lines(), ['startingUp']);
});
