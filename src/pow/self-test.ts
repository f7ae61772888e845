/** What each kernel does on this machine: `petrel pow --selftest`. */
import { errorText } from '../util/errors.js';
import { compileKernel, createKernel, KERNEL_NAMES, type KernelName } from './kernel.js';
import { proveKernel } from './kernel-proof.js';

export interface KernelState {
  readonly name: KernelName;
  /** `absent`: not built, or this processor or engine does not know its instructions. */
  readonly state: 'works' | 'absent' | 'wrong' | 'broken';
  /** Why it is broken; ''. */
  readonly reason: string;
}

/** All kernels, best first; the first that works is the one that is used. */
export function testKernels(names: readonly KernelName[] = KERNEL_NAMES): KernelState[] {
  return names.map(testKernel);
}

function testKernel(name: KernelName): KernelState {
  try {
    const source = compileKernel(name);
    if (!source) return { name, state: 'absent', reason: '' };
    const works = proveKernel(createKernel(source));
    return { name, state: works ? 'works' : 'wrong', reason: '' };
  } catch (error) {
    return { name, state: 'broken', reason: errorText(error) };
  }
}
