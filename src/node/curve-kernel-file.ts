import { readFileSync } from 'node:fs';
import { instantiateCurveKernel, type CurveExports } from '../crypto/curve-kernel.js';

/** Built by scripts/build-curve-kernel.mjs. */
const FILE = new URL('../crypto/kernels/curve.wasm', import.meta.url);

/**
 * A new instance of the curve's kernel, for one thread. A few milliseconds.
 * @throws Error when the file is missing or the engine refuses it
 */
export function loadCurveKernel(): CurveExports {
  return instantiateCurveKernel(readFileSync(FILE));
}
