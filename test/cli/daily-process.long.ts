/** Commands of daily use as their own processes beside a real node: its cookie, and a restart. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { runCli, startCli } from '../support/cli-process.js';
import { PetrelProcess } from '../support/petrel-process.js';
import { tempDir } from '../support/temp-store.js';
import { until } from '../support/until.js';

const LIMIT_MS = 120_000;
/** It follows the node through a restart. */
const WATCH_LIMIT_MS = 600_000;

it('a message from a file, and watch goes on when the node is started anew', async (t) => {
  const dataDir = tempDir(t);
  const at = ['--data-dir', dataDir];
  let node = await PetrelProcess.start({ dataDir });
  t.after(() => node.stop());
  assert.equal((await runCli(['identities', 'create', 'Alice', ...at])).status, 0);
  const file = join(tempDir(t), 'text');
  writeFileSync(file, 'from a file\n');
  const sent = await runCli(['send', 'alice', '--file', file, '--wait', ...at]);
  assert.equal(sent.status, 0, sent.err);
  const body = await until('the message', LIMIT_MS, async () => {
    const { status, out } = await runCli(['read', '1', '--body', ...at]);
    return status === 0 ? out : undefined;
  });
  assert.equal(body, 'from a file\n');

  const only = ['--only', 'identity.made', 'resync'];
  const watch = startCli(['watch', '--after', '1', ...only, ...at], {}, WATCH_LIMIT_MS);
  t.after(() => watch.child.kill('SIGKILL'));
  const seen = (pattern: RegExp): Promise<true> =>
    until(String(pattern), LIMIT_MS, () => pattern.test(watch.out()) || undefined);
  await seen(/ resync .*\(gap\)/);
  const { apiPort } = node;
  await node.stop();
  node = await PetrelProcess.start({ dataDir, apiPort });
  await seen(/\(restarted\)/);
  const made = await runCli(['identities', 'create', 'Bob', ...at]);
  await seen(new RegExp(` identity\\.made +${made.out.trim()}`));
  watch.child.kill('SIGINT');
  assert.equal((await watch.ended).status, 'SIGINT');
});
