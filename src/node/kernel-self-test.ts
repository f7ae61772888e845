/** What the curve's kernels do on this machine: each is proved before use, and left out when it fails. */
import { TrialKernel } from '../crypto/curve-kernel.js';
import { KeySearch } from '../crypto/key-search.js';
import { proveSigningKernel } from '../crypto/signing-kernel.js';
import { errorText } from '../util/errors.js';
import { loadCurveKernel, loadTrialFour } from './curve-kernel-file.js';
import { proveTrialFour, proveTrialKernel } from './decrypt/prove-kernel.js';
import { loadSigningKernel } from './signing-kernel-file.js';

export interface CurveKernelState {
  readonly name: string;
  /** `wrong` and `broken` ones are not used: it goes the slow way. */
  readonly state: 'works' | 'wrong' | 'broken';
  /** Why it is broken; ''. */
  readonly reason: string;
}

const PROOFS: readonly (readonly [name: string, prove: () => boolean])[] = [
  ['trial decryption', () => proveTrialKernel(new TrialKernel(loadCurveKernel()))],
  [
    'trial decryption of four',
    () => proveTrialFour(loadTrialFour(), new TrialKernel(loadCurveKernel())),
  ],
  ['signing', () => proveSigningKernel(loadSigningKernel())],
  ['address search', () => new KeySearch(loadCurveKernel()).prove()],
];

/** Takes some ten milliseconds for each. */
export function testCurveKernels(): CurveKernelState[] {
  return PROOFS.map(([name, prove]) => {
    try {
      return { name, state: prove() ? 'works' : 'wrong', reason: '' };
    } catch (error) {
      return { name, state: 'broken', reason: errorText(error) };
    }
  });
}
