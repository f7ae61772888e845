/** Two programs that change the same settings.ini: neither loses what the other set. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Settings } from '../../../src/node/settings/settings.js';
import { tempDir } from '../../support/temp-store.js';

describe('settings.ini', () => {
  it('keeps what another program has set since it was read; that counts from the next start on', (t) => {
    const dataDir = tempDir(t);
    const node = Settings.open({ dataDir });
    node.set('bitmessagesettings.ttl', 3600);
    Settings.open({ dataDir }).set('backup.directory', '/backups');
    appendFileSync(node.path, '# a remark\n');
    node.set('bitmessagesettings.ttl', 7200);
    assert.equal(node.text('backup.directory'), '');
    const after = Settings.open({ dataDir });
    assert.equal(after.text('backup.directory'), '/backups');
    assert.equal(after.integer('bitmessagesettings.ttl'), 7200);
    assert.match(readFileSync(node.path, 'utf8'), /# a remark/);
  });

  it('is written anew where it is gone or cannot be understood', (t) => {
    const node = Settings.open({ dataDir: tempDir(t) });
    for (const spoil of [
      () => rmSync(node.path, { force: true }),
      () => appendFileSync(node.path, '[unfinished\n'),
    ]) {
      node.set('bitmessagesettings.ttl', 3600);
      spoil();
      node.set('bitmessagesettings.udp', true);
      const after = Settings.open({ dataDir: node.dataDir });
      assert.equal(after.integer('bitmessagesettings.ttl'), 3600);
      assert.equal(after.boolean('bitmessagesettings.udp'), true);
    }
  });
});
