import { testCurveKernels } from '../../../node/kernel-self-test.js';
import { testKernels } from '../../../pow/self-test.js';
import { defineCheck } from '../check.js';

/** Without SIMD proof of work takes two to four times as long. [docs/proof-of-work.md] */
const SLOW: ReadonlySet<string> = new Set(['scalar', 'node']);

export const kernels = defineCheck({
  name: 'kernels',
  about:
    'The machine code for proof of work, trial decryption, signing and address search, each against known answers.',
  problems: {
    wrong: {
      state: 'warning',
      means: 'A kernel gives wrong answers on this machine; it is not used, another one is.',
      remedy:
        'Install Petrel again. If it stays so, test processor and memory (memtest86+): they give wrong results.',
    },
    broken: {
      state: 'warning',
      means: 'A kernel cannot be loaded; another one is used.',
      remedy: 'Install Petrel again: a file of it is missing or damaged.',
    },
    slow: {
      state: 'warning',
      means: 'Only slow kernels work here: sending takes several times as long.',
      remedy:
        'Use a Node.js with WebAssembly SIMD and a processor with SSE4.1 or NEON; see docs/proof-of-work.md.',
    },
  },
  look(_context, report) {
    const pow = testKernels();
    const best = pow.find(({ state }) => state === 'works')?.name ?? 'none';
    const named = pow.map((kernel) => ({ ...kernel, name: `proof of work (${kernel.name})` }));
    const all = [...named, ...testCurveKernels()];
    for (const { name, state, reason } of all) {
      if (state === 'wrong') report.found('wrong', `${name} gives wrong answers`);
      else if (state === 'broken') report.found('broken', `${name} cannot be loaded (${reason})`);
    }
    const works = all.filter(({ state }) => state === 'works').length;
    const text = `${works} kernels give the right answers; proof of work uses ${best}`;
    if (SLOW.has(best)) report.found('slow', text);
    else report.ok(text);
  },
});
