/** `petrel doctor` with a node on the directory, and as a process. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { diagnose, type Diagnosis } from '../../../src/cli/doctor/diagnose.js';
import { systemClock } from '../../../src/util/clock.js';
import { runCli } from '../../support/cli-process.js';
import { PetrelProcess } from '../../support/petrel-process.js';
import { tempDir } from '../../support/temp-store.js';

function ask(dataDir: string): Promise<Diagnosis> {
  const environment = { PETREL_OFFLINE: '1' };
  return diagnose({ dataDir, environment, full: false, clock: systemClock });
}

function textOf({ findings }: Diagnosis, check: string): string {
  return findings
    .filter((finding) => finding.check === check)
    .map(({ code, text }) => `${code}: ${text}`)
    .join('\n');
}

describe('petrel doctor', { timeout: 600_000 }, () => {
  it('asks the node that runs, and does not disturb it', async (t) => {
    const dataDir = tempDir(t);
    const node = await PetrelProcess.start({ dataDir });
    t.after(() => node.stop());
    await node.createAddress('me');
    const answer = await ask(dataDir);
    assert.deepEqual(
      answer.findings.filter(({ state }) => state === 'failure'),
      [],
    );
    assert.match(textOf(answer, 'running'), new RegExp(`^ok: Petrel .*pid ${node.pid}\\) answers`));
    assert.match(textOf(answer, 'ports'), new RegExp(`^ok: the node listens on port ${node.port}`));
    assert.match(textOf(answer, 'peers'), /^offline: .*\nok: 0 connected/);
    assert.match(textOf(answer, 'mail-db'), /^ok: .*every page is right/);
    assert.match(textOf(answer, 'conditions'), /^ok/);
    await node.createAddress('still there');
    process.kill(node.pid, 'SIGSTOP');
    try {
      const silent = await ask(dataDir);
      assert.equal(silent.failures, 1);
      assert.match(textOf(silent, 'running'), /^silent: .*does not answer/);
    } finally {
      process.kill(node.pid, 'SIGCONT');
    }
    await node.kill();
    assert.match(textOf(await ask(dataDir), 'running'), /^not-stopped/);
    assert.ok(existsSync(join(dataDir, 'petrel.pid')), 'nothing is tidied away');
  });

  it('is readable, and its exit status tells', async (t) => {
    const dataDir = tempDir(t);
    const fine = await runCli(['doctor', '--data-dir', dataDir], {
      PETREL_SET_BITMESSAGESETTINGS_PORT: '0',
      PETREL_SET_BITMESSAGESETTINGS_APIPORT: '0',
    });
    assert.equal(fine.status, 0, fine.out + fine.err);
    assert.match(fine.out, /^ok {7}node-version {2}Petrel/m);
    assert.match(fine.out, /^warning {2}peers .*\n {9}-> Set network\.offline=false/m);
    assert.match(fine.out, /^1 warning, nothing fails\n$/m);
    const settings = join(dataDir, 'settings.ini');
    writeFileSync(settings, 'nonsense\n', { mode: 0o600 });
    const wrong = await runCli(['doctor', '--data-dir', dataDir]);
    assert.equal(wrong.status, 1);
    assert.match(wrong.out, /^failure {2}settings .*settings\.ini/m);
    assert.match(wrong.err, /^petrel: 1 check failed/);
    assert.equal(readFileSync(settings, 'utf8'), 'nonsense\n');
  });
});
