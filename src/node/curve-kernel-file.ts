import { readFileSync } from 'node:fs';
import { instantiateCurveKernel, type CurveExports } from '../crypto/curve-kernel.js';
import { instantiateTrialFour, TrialFourKernel } from '../crypto/trial-four-kernel.js';

/** Built by scripts/build-curve-kernel.mjs. */
const FILE = new URL('../crypto/kernels/curve.wasm', import.meta.url);
const FOUR_FILE = new URL('../crypto/kernels/trial-four.wasm', import.meta.url);

/**
 * A new instance of the curve's kernel, for one thread. A few milliseconds.
 * @throws Error when the file is missing or the engine refuses it
 */
export function loadCurveKernel(): CurveExports {
  return instantiateCurveKernel(readFileSync(FILE));
}

/**
 * A new instance of the kernel for four containers at once, for one thread. A few milliseconds.
 * @throws Error when the file is missing or the engine refuses it: it may have no vectors
 */
export function loadTrialFour(): TrialFourKernel {
  return new TrialFourKernel(instantiateTrialFour(readFileSync(FOUR_FILE)));
}
