import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SOFTWARE_VERSION } from '../../src/util/software.js';
import { documentedCommands, isAsShown, Reader } from './documented-commands.js';
import { createTempDir } from './temp-dir.js';

const PAGE = `Text with \`$ no command\`.

\`\`\`
$ not run
\`\`\`

\`\`\`console
$ first \\
  --more
one line
$ second
^C
stopped
\`\`\`
`;

describe('documented commands', () => {
  it('are those of console blocks, with what is shown below each', () => {
    assert.deepEqual(documentedCommands(PAGE), [
      { line: 8, command: 'first \\\n  --more', output: ['one line'] },
      { line: 11, command: 'second', output: [] },
      { line: 12, command: '^C', output: ['stopped'] },
    ]);
  });

  it('may differ in addresses, numbers, widths and where … stands, in nothing else', () => {
    const printed = 'sent  BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK after 12 s\nid 00ff00ff00ff00ff\n';
    const same = (...shown: string[]): boolean => isAsShown(shown, printed, '/home/x');
    assert.ok(same('sent BM-2cTest after 3 s', 'id 11aa11aa11aa11aa'));
    assert.ok(same('sent … after 3 s', '…'));
    assert.ok(same('…'));
    assert.ok(!same('sent BM-2cTest after 3 s'));
    assert.ok(!same('sent BM-2cTest after 3 min', '…'));
    assert.ok(!same('…', 'and more'));
    assert.ok(isAsShown([], '', '/home/x'));
    assert.ok(!isAsShown([], 'petrel: no such command', '/home/x'));
  });

  it('run in an empty home that holds nothing of the user', async () => {
    const home = createTempDir('petrel-reader');
    const reader = new Reader(home.path);
    try {
      assert.equal(
        await reader.type('pwd; ls; petrel --version >&2'),
        `${home.path}\n${SOFTWARE_VERSION}\n`,
      );
    } finally {
      await reader.close();
      home.remove();
    }
  });
});
