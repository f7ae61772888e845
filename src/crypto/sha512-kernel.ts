/**
 * SHA-512 in WebAssembly for messages of a few kilobytes: there a call of node:crypto takes several
 * times as long as the hash. Nothing here depends on a secret's value in time or memory access.
 */
import { hash } from 'node:crypto';
import { compileWasmFile, wasmEngine } from '../util/wasm.js';

/** Exports of kernels/sha512.assembly.ts. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  input(): number;
  capacity(): number;
  output(): number;
  hash(length: number): void;
  hashTwice(length: number): void;
}

export interface Sha512Kernel {
  /** SHA-512 or, when `twice`, SHA-512 of the SHA-512: 64 bytes. */
  readonly digest: (data: Uint8Array, twice: boolean) => Uint8Array;
  /** Longest message, bytes. */
  readonly capacity: number;
}

/** Of the padding, every length modulo 128 differs; these are around its edges, and some blocks. */
const PROOF_LENGTHS = [0, 1, 63, 64, 72, 111, 112, 127, 128, 239, 240, 1_000, 1_024];

/**
 * The kernel, after it has agreed with node:crypto; undefined when this engine does not know its
 * instructions or the file is not there: then node:crypto does all.
 */
export function loadSha512Kernel(
  file = new URL('./kernels/sha512.wasm', import.meta.url),
): Sha512Kernel | undefined {
  const module = compileWasmFile(file);
  if (!module) return undefined;
  const exports = new wasmEngine.Instance(module, {}).exports as Partial<KernelExports>;
  const kernel = 'hashTwice' in exports ? kernelOf(exports as KernelExports) : undefined;
  return kernel && isRight(kernel) ? kernel : undefined;
}

function kernelOf(exports: KernelExports): Sha512Kernel {
  const memory = new Uint8Array(exports.memory.buffer);
  const [input, output] = [exports.input(), exports.output()];
  return {
    capacity: exports.capacity(),
    digest(data, twice) {
      memory.set(data, input);
      if (twice) exports.hashTwice(data.length);
      else exports.hash(data.length);
      return memory.slice(output, output + 64);
    },
  };
}

function isRight({ digest }: Sha512Kernel): boolean {
  return PROOF_LENGTHS.every((length) => {
    const data = Uint8Array.from({ length }, (_, index) => index * 7 + length);
    const once = hash('sha512', data, 'buffer');
    const twice = hash('sha512', once, 'buffer');
    return once.equals(digest(data, false)) && twice.equals(digest(data, true));
  });
}
