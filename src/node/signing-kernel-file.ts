import { readFileSync } from 'node:fs';
import {
  instantiateSigningKernel,
  proveSigningKernel,
  SigningKernel,
  useSigningKernel,
} from '../crypto/signing-kernel.js';
import { errorText } from '../util/errors.js';

/** Built by scripts/build-curve-kernel.mjs. */
const FILE = new URL('../crypto/kernels/signing.wasm', import.meta.url);

/**
 * A new instance of the signing kernel, for one thread. Some milliseconds.
 * @throws Error when the file is missing or the engine refuses it
 */
export function loadSigningKernel(): SigningKernel {
  return new SigningKernel(instantiateSigningKernel(readFileSync(FILE)));
}

/**
 * Has this thread sign with the kernel where that works and agrees with libsecp256k1; else everything
 * stays as it is: libsecp256k1 signs, in three times the time.
 * @param warn told why the kernel is not used
 */
export function signWithKernel(
  warn: (reason: string) => void,
  load: () => SigningKernel = loadSigningKernel,
): void {
  try {
    const kernel = load();
    if (proveSigningKernel(kernel)) useSigningKernel(kernel);
    else warn('the kernel gives wrong results');
  } catch (error) {
    // No SIMD here, or a missing file: that must not stop the node.
    warn(errorText(error));
  }
}
