/** man/ is what the commands say, and roff takes it as it is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { it } from 'node:test';
import { manPages } from '../../src/cli/man/render-man.js';
import { roffText } from '../../src/cli/man/roff.js';
import { describeCommands } from '../../src/cli/program.js';
import { skippedWithout } from '../support/debian-program.js';
import { projectRoot } from '../support/vectors.js';

const directory = new URL('man/', projectRoot);
const pages = manPages(describeCommands());

it('man/ is up to date', () => {
  assert.deepEqual(readdirSync(directory).sort(), [...pages.keys()].sort(), 'npm run build:man');
  for (const [name, text] of pages) {
    const written = readFileSync(new URL(name, directory), 'utf8');
    assert.equal(written, text, `${name}: run npm run build:man`);
  }
});

it('groff has no warnings for them', { skip: skippedWithout('groff') }, () => {
  const files = [...pages.keys()].map((name) => fileURLToPath(new URL(name, directory)));
  const args = ['-man', '-Tutf8', '-Kutf8', '-ww', '-z', ...files];
  const { status, stderr } = spawnSync('groff', args, { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
});

it('text is no request and no escape', () => {
  assert.equal(roffText(".SH x\n'y\n-a \\fB"), "\\&.SH x\n\\&'y\n\\-a \\efB");
});
