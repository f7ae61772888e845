/** `petrel db` on a mailbox that is whole, damaged, and in use. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockDataDir } from '../../src/store/lock.js';
import { runCli } from '../support/cli-process.js';
import { tempDir } from '../support/temp-store.js';
import { projectRoot } from '../support/vectors.js';

const SAMPLE = fileURLToPath(new URL('test/vectors/pybitmessage-datadirs/D', projectRoot));
const PAGE_BYTES = 4096;
/** Holds rows of small tables in this mailbox. */
const SPOILED_PAGE = 9;

describe('petrel db', { timeout: 600_000 }, () => {
  it('checks, compacts, finds damage and saves the rest', async (t) => {
    const dataDir = join(tempDir(t), 'node');
    const at = ['--data-dir', dataDir];
    await runCli(['import', SAMPLE, ...at]);
    const whole = await runCli(['db', 'check', ...at]);
    assert.equal(whole.status, 0, whole.err);
    assert.match(whole.out, /^mail\.db +whole: \d+ bytes, \d+ pages, schema \d+$/m);
    const compact = await runCli(['db', 'vacuum', ...at]);
    assert.match(compact.out, /^mail\.db +\d+ bytes, now \d+$/m);

    const path = join(dataDir, 'mail.db');
    const bytes = readFileSync(path);
    bytes.fill(0xa5, SPOILED_PAGE * PAGE_BYTES, (SPOILED_PAGE + 1) * PAGE_BYTES);
    writeFileSync(path, bytes);
    const damaged = await runCli(['db', 'check', ...at]);
    assert.equal(damaged.status, 1);
    assert.match(damaged.err, /mail\.db damaged; restore a backup, or see petrel db salvage/);

    const lock = await lockDataDir(dataDir);
    const busy = await runCli(['db', 'salvage', ...at]);
    assert.equal(busy.status, 1);
    assert.match(busy.err, /already running on/);
    await lock.release();

    const saved = await runCli(['db', 'salvage', '--in-place', ...at]);
    assert.equal(saved.status, 0, saved.err);
    assert.match(saved.out, /^inbox +6 saved$/m);
    const kept = readdirSync(dataDir).find((name) => /^mail\.db\.damaged-\w+$/.test(name)) ?? '';
    assert.deepEqual(readFileSync(join(dataDir, kept)), bytes);
    assert.equal((await runCli(['db', 'check', ...at])).status, 0);
  });
});
