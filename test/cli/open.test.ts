/** `petrel open`: a link of the running node that logs in once. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runCli } from '../support/cli-process.js';
import { PetrelProcess } from '../support/petrel-process.js';
import { tempDir } from '../support/temp-store.js';

it('petrel open --print gives a link that logs in', { timeout: 600_000 }, async (t) => {
  const dataDir = tempDir(t);
  const none = await runCli(['open', '--print', '--data-dir', dataDir]);
  assert.notEqual(none.status, 0);
  assert.match(none.err, /^petrel: no node .* is running on /);
  const node = await PetrelProcess.start({ dataDir });
  t.after(() => node.stop());
  const { status, out } = await runCli(['open', '--print', '--data-dir', dataDir]);
  assert.equal(status, 0);
  const [, url = '', link = ''] = /(http:\S+)\/#login=(\S+)/.exec(out) ?? [];
  const request = { method: 'POST', body: JSON.stringify({ link }) };
  assert.equal((await fetch(`${url}/session`, request)).status, 200);
  assert.doesNotMatch(node.output, /#login/, 'where no terminal is, the output is kept');
});
