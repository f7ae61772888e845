/** apinotifypath of a whole node: what a mail notifier sees. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { PetrelProcess } from '../support/petrel-process.js';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

it('a program is told of the start and of every message', async (t) => {
  const temp = createTempDir('petrel-notify');
  t.after(() => temp.remove());
  const [path, out] = [join(temp.path, 'hook'), join(temp.path, 'out')];
  writeFileSync(path, `#!/bin/sh\necho "$#:$1" >> '${out}'\n`);
  chmodSync(path, 0o755);
  const node = await PetrelProcess.start({
    dataDir: join(temp.path, 'data'),
    settings: { 'bitmessagesettings.apinotifypath': path },
  });
  t.after(() => node.kill());
  const own = await node.createAddress('own');
  await node.send(own, own, 'to myself', 'body');
  const words = await until('the words', 180_000, () => {
    const text = existsSync(out) ? readFileSync(out, 'utf8') : '';
    return text.includes('newMessage') ? text : undefined;
  });
  assert.equal(words, '1:startingUp\n1:newMessage\n');
  assert.equal(await node.stop(), 0);
});
