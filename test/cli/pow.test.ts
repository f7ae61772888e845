import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCli } from '../support/cli-process.js';

describe('petrel pow', { timeout: 600_000 }, () => {
  it('names the kernels that are here', async () => {
    const { status, out } = await runCli(['pow']);
    assert.equal(status, 0);
    assert.match(out, /^kernels here, best first: .*simd, .*scalar, node\n/);
  });

  it('checks them', async () => {
    const { status, out } = await runCli(['pow', '--selftest']);
    assert.equal(status, 0);
    for (const name of ['simd', 'scalar', 'node']) {
      assert.match(out, new RegExp(`^${name} +works`, 'm'));
    }
    assert.match(out, /^in use: \S+, 50 jobs solved by \d+ workers$/m);
  });

  it('measures them', async () => {
    const { status, out } = await runCli(['bench', 'pow', '--seconds', '0.05']);
    assert.equal(status, 0);
    assert.match(out, /^simd, 1 thread +\d+\.\d\d +\d+\.\d\d$/m);
    assert.match(out, /^half within .* s, nine of ten within .* s$/m);
    const wrong = await runCli(['bench', 'pow', '--seconds', 'many']);
    assert.equal(wrong.status, 1);
    assert.match(wrong.err, /0 to 60 seconds/);
  });
});
