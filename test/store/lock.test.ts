/** One Petrel per data directory, with real second processes. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { lockDataDir } from '../../src/store/lock.js';
import { UserError } from '../../src/util/errors.js';
import { startProgram, type ChildProgram } from '../support/child-program.js';
import { openTempStore, tempDir } from '../support/temp-store.js';

function startHolder(t: TestContext, dataDir: string): ChildProgram {
  const child = startProgram('store/programs/lock-holder', [dataDir]);
  t.after(() => child.process.kill('SIGKILL'));
  return child;
}

async function firstLine(child: ChildProgram): Promise<string> {
  const line = await child.lines.next();
  return line.done === true ? 'ended without a line' : line.value;
}

describe('lock of the data directory', () => {
  it('refuses a second process and names the first', async (t) => {
    const dataDir = tempDir(t);
    await openTempStore(t, { dataDir });
    const second = startHolder(t, dataDir);
    assert.equal(
      await firstLine(second),
      `another Petrel (pid ${process.pid}) is already running on ${dataDir}; stop it or use --data-dir`,
    );
    assert.equal(await second.ended, 1);
  });

  it('refuses a second store in the same process, and the lock stays whole', async (t) => {
    const dataDir = tempDir(t);
    await openTempStore(t, { dataDir });
    await assert.rejects(lockDataDir(dataDir), UserError);
    assert.match(await firstLine(startHolder(t, dataDir)), /already running/);
  });

  it('ends with a killed process, whatever files it leaves', async (t) => {
    const dataDir = tempDir(t);
    const holder = startHolder(t, dataDir);
    assert.equal(await firstLine(holder), 'open');
    await assert.rejects(lockDataDir(dataDir), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, new RegExp(`another Petrel \\(pid ${holder.process.pid}\\)`));
      return true;
    });
    holder.process.kill('SIGKILL');
    assert.equal(await holder.ended, 'SIGKILL');
    assert.ok(existsSync(join(dataDir, 'petrel.pid')));
    const { store } = await openTempStore(t, { dataDir });
    assert.equal(await store.inbox.count(), 0);
    assert.equal(readFileSync(join(dataDir, 'petrel.pid'), 'utf8'), `${process.pid}\n`);
  });

  it('is not kept by a process id that another program has now', async (t) => {
    const dataDir = tempDir(t);
    writeFileSync(join(dataDir, 'petrel.pid'), `${process.ppid}\n`);
    const lock = await lockDataDir(dataDir);
    await lock.release();
  });

  it('can be released, more than once, and taken again', async (t) => {
    const dataDir = tempDir(t);
    const lock = await lockDataDir(dataDir);
    await lock.release();
    await lock.release();
    assert.equal(existsSync(join(dataDir, 'petrel.pid')), false);
    const again = await lockDataDir(dataDir);
    await lock.release();
    await assert.rejects(lockDataDir(dataDir), UserError);
    await again.release();
  });
});
