/** Who else can get at the data directory, and what is done about it. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { closeRights, inspectRights } from '../../src/store/data-rights.js';
import { UserError } from '../../src/util/errors.js';
import { nullLog, type Log } from '../../src/util/log.js';
import { tempDir } from '../support/temp-store.js';

const SOMEBODY = 12_345;

/** A closed data directory with some of the files that Petrel makes. */
function dataDir(t: TestContext): string {
  const directory = join(tempDir(t), 'data');
  mkdirSync(directory, { mode: 0o700 });
  for (const name of ['settings.ini', 'mail.db', 'backup-state.json']) {
    writeFileSync(join(directory, name), 'x', { mode: 0o600 });
  }
  return directory;
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

/** The lines that closing logs. */
function closing(directory: string): string[] {
  const lines: string[] = [];
  const log: Log = { ...nullLog, warn: (...given: unknown[]) => void lines.push(String(given[1])) };
  closeRights(directory, log);
  return lines;
}

function refusal(directory: string): string {
  try {
    closing(directory);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  return '';
}

describe('rights', { skip: process.platform === 'win32' }, () => {
  it('that are right are not spoken of', (t) => {
    const directory = dataDir(t);
    assert.deepEqual(inspectRights(directory), []);
    assert.deepEqual(closing(directory), []);
    assert.deepEqual(inspectRights(join(directory, 'absent')), []);
    assert.deepEqual(inspectRights(join(directory, 'mail.db')), []);
  });

  it('that are too wide are narrowed, with a line each', (t) => {
    const directory = dataDir(t);
    const settings = join(directory, 'settings.ini');
    chmodSync(directory, 0o775);
    chmodSync(settings, 0o644);
    chmodSync(join(directory, 'mail.db'), 0o666);
    assert.deepEqual(
      inspectRights(directory).map(({ kind }) => kind),
      ['closable', 'closable', 'closable'],
    );
    assert.deepEqual(closing(directory).sort(), [
      `other users can read ${settings} (0644); closed`,
      `other users can write to ${directory} (0775); closed`,
      `other users can write to ${join(directory, 'mail.db')} (0666); closed`,
    ]);
    assert.equal(modeOf(directory), 0o700);
    assert.equal(modeOf(settings), 0o600);
    assert.deepEqual(closing(directory), []);
  });

  it('of a directory that holds other things are left, and refused when others can write', (t) => {
    const directory = dataDir(t);
    writeFileSync(join(directory, 'a letter'), '');
    chmodSync(directory, 0o755);
    const line = `other users can enter ${directory} (0755), which holds more than Petrel's files`;
    assert.deepEqual(closing(directory), [`${line}; it stays so`]);
    assert.equal(modeOf(directory), 0o755);
    for (const mode of [0o775, 0o1777]) {
      chmodSync(directory, mode);
      assert.match(refusal(directory), /write to .* more than Petrel's files; use a directory/);
      assert.equal(statSync(directory).mode & 0o7777, mode);
    }
  });

  it('in the hands of others are refused; those of root are not', (t) => {
    const directory = dataDir(t);
    const mail = join(directory, 'mail.db');
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(mail, SOMEBODY, SOMEBODY);
    const seenBy = (uid: number): string[] =>
      inspectRights(directory, uid).map(({ kind, path }) => `${kind} ${path}`);
    if (!isRoot) {
      assert.deepEqual(seenBy(SOMEBODY).slice(0, 1), [`refused ${directory}`]);
      return;
    }
    assert.deepEqual(seenBy(0), [`refused ${mail}`]);
    assert.deepEqual(seenBy(SOMEBODY), []);
    assert.match(refusal(directory), /mail\.db belongs to another user \(12345\); run Petrel as/);
    chownSync(directory, SOMEBODY, SOMEBODY);
    assert.equal(seenBy(0)[0], `refused ${directory}`);
  });
});
