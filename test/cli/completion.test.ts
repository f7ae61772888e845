/** Completion scripts, tried in the shells themselves. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bashCompletion } from '../../src/cli/completion/bash.js';
import { allNodes } from '../../src/cli/completion/command-tree.js';
import { fishCompletion } from '../../src/cli/completion/fish.js';
import { zshCompletion } from '../../src/cli/completion/zsh.js';
import { describeCommands } from '../../src/cli/program.js';
import { skippedWithout } from '../support/debian-program.js';
import { tempDir } from '../support/temp-store.js';

const tree = describeCommands();
/** What is typed up to the Tab key, and what is offered. */
const CASES: readonly (readonly [typed: string, offered: readonly string[]])[] = [
  ['petrel inb', ['inbox']],
  ['petrel subscr', ['subscribe', 'subscriptions']],
  ['petrel chan j', ['join']],
  ['petrel inbox --folder re', ['requests']],
  ['petrel inbox --li', ['--limit']],
  ['petrel send --subject inbox --reply', ['--reply-to']],
  ['petrel identities --js', ['--json']],
  ['petrel senders mode ', ['black', 'white']],
  ['petrel completion ', ['bash', 'fish', 'zsh']],
];

/** Lines that a shell prints for each case, sorted. */
function offers(shell: string, args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(shell, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  it('knows every command with its options', () => {
    const names = allNodes(tree).map(({ path }) => path.join(' '));
    for (const name of ['start', 'inbox', 'chan join', 'queue cancel', 'completion']) {
      assert.ok(names.includes(name), name);
    }
    const send = allNodes(tree).find(({ path }) => path.join(' ') === 'send');
    const subject = send?.options.find(({ flags }) => flags.includes('--subject'));
    assert.deepEqual([subject?.flags, subject?.value], [['-s', '--subject'], '<text>']);
  });

  it('completes in bash', { skip: skippedWithout('bash') }, (t) => {
    const file = join(tempDir(t), 'petrel.bash');
    const calls = CASES.map(([typed]) => {
      const words = typed.split(' ').map((word) => `'${word}'`);
      return `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _petrel; echo "\${COMPREPLY[@]}"`;
    });
    writeFileSync(file, `${bashCompletion(tree)}\n${calls.join('\n')}\n`);
    const lines = offers('bash', ['--norc', '--noprofile', file]);
    const sorted = lines.map((line) => line.split(' ').sort());
    assert.deepEqual(
      sorted,
      CASES.map(([, offered]) => offered),
    );
  });

  it('completes in fish', { skip: skippedWithout('fish') }, (t) => {
    const file = join(tempDir(t), 'petrel.fish');
    const calls = CASES.map(([typed]) => `echo (complete -C '${typed}' | string split -f1 \\t)`);
    writeFileSync(file, `${fishCompletion(tree)}\n${calls.join('\n')}\n`);
    const lines = offers('fish', ['--no-config', file]);
    const sorted = lines.map((line) => line.split(' ').sort());
    assert.deepEqual(
      sorted,
      CASES.map(([, offered]) => offered),
    );
  });

  it('is read by zsh', { skip: skippedWithout('zsh') }, (t) => {
    const file = join(tempDir(t), '_petrel');
    writeFileSync(file, zshCompletion(tree));
    assert.deepEqual(offers('zsh', ['-f', '-n', file]), []);
    const load = `autoload -Uz compinit && compinit -u -D; source ${file}; whence -w _petrel_chan_join`;
    assert.deepEqual(offers('zsh', ['-f', '-c', load]), ['_petrel_chan_join: function']);
  });
});
