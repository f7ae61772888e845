/** Typing a secret: nothing of it is shown, and it can be corrected. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { askSecret, type Terminal } from '../../src/cli/secret-prompt.js';
import { UserError } from '../../src/util/errors.js';

function terminal(): { input: PassThrough; raw: boolean[]; shown: () => string; as: Terminal } {
  const raw: boolean[] = [];
  let shown = '';
  const input = Object.assign(new PassThrough(), {
    setRawMode: (mode: boolean) => raw.push(mode),
  });
  const as = { input, write: (text: string) => (shown += text) } as unknown as Terminal;
  return { input, raw, shown: () => shown, as };
}

describe('the prompt for a secret', () => {
  it('gives a line with what was taken back left out, and shows none of it', async () => {
    const { input, raw, shown, as } = terminal();
    const asked = askSecret('passphrase: ', as);
    input.write('wrü');
    input.write('\u007f\bight\r');
    assert.equal(await asked, 'wight');
    assert.equal(shown(), 'passphrase: \n');
    assert.deepEqual(raw, [true, false]);
  });

  it('ends at Ctrl-C, Ctrl-D and where the terminal goes', async () => {
    for (const end of ['\u0003', '\u0004', undefined]) {
      const { input, raw, as } = terminal();
      const asked = askSecret('? ', as);
      if (end === undefined) input.end();
      else input.write(`abc${end}`);
      await assert.rejects(asked, (error) => error instanceof UserError && error.exitCode === 130);
      assert.deepEqual(raw, [true, false]);
    }
  });
});
