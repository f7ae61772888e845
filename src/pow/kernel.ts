/**
 * Kernels: what tries nonces. The best one that this machine has is chosen at start, and only after
 * it has agreed with node:crypto: WebAssembly with SIMD128, plain WebAssembly, node:crypto itself.
 */
import { readFileSync } from 'node:fs';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import { INITIAL_HASH_BYTES, nonceValue } from './trial.js';
import { wasmEngine, type WasmModule } from './wasm.js';

/** From the fastest to the one that always works. */
export const KERNEL_NAMES = ['simd', 'scalar', 'node'] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

export interface Kernel {
  readonly name: KernelName;
  /** Takes over the initial hash (64 bytes) for the searches that follow. */
  begin(initialHash: Uint8Array): void;
  /**
   * Tries the nonces `start` … `start + count - 1`.
   * @param start at least 1.
   * @returns the first whose value is at most `target`, or 0.
   */
  search(start: bigint, count: number, target: bigint): bigint;
}

/** A kernel that can be posted to worker threads: compiled once, shared by all. */
export interface KernelSource {
  readonly name: KernelName;
  /** undefined for node:crypto. */
  readonly module: WasmModule | undefined;
}

/** Exports of kernels/double-sha512.assembly.ts. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  initialHash(): number;
  prepare(): void;
  search(start: bigint, count: bigint, target: bigint): bigint;
}

/** Compiles a kernel; undefined when this engine does not know its instructions. */
export function compileKernel(name: KernelName): KernelSource | undefined {
  if (name === 'node') return { name, module: undefined };
  const bytes = readFileSync(new URL(`./kernels/double-sha512-${name}.wasm`, import.meta.url));
  return wasmEngine.validate(bytes) ? { name, module: new wasmEngine.Module(bytes) } : undefined;
}

export function createKernel({ name, module }: KernelSource): Kernel {
  return module ? wasmKernel(name, module) : nodeKernel();
}

function wasmKernel(name: KernelName, module: WasmModule): Kernel {
  const exports = new wasmEngine.Instance(module, {}).exports as KernelExports;
  const input = new Uint8Array(exports.memory.buffer, exports.initialHash(), INITIAL_HASH_BYTES);
  return {
    name,
    begin(initialHash) {
      input.set(initialHash);
      exports.prepare();
    },
    // WebAssembly gives signed numbers of 64 bits.
    search: (start, count, target) =>
      BigInt.asUintN(64, exports.search(start, BigInt(count), target)),
  };
}

function nodeKernel(): Kernel {
  let hash = new Uint8Array(INITIAL_HASH_BYTES);
  return {
    name: 'node',
    begin(initialHash) {
      hash = Uint8Array.from(initialHash);
    },
    search(start, count, target) {
      for (let i = 0; i < count; i++) {
        const nonce = start + BigInt(i);
        if (nonceValue(hash, nonce) <= target) return nonce;
      }
      return 0n;
    },
  };
}

/** Nonces of the proof: both halves of the number, its sign bit, and what a carry could spoil. */
const PROOF_NONCES = [1n, 2n, 12345n, 0xffff_ffffn, 1n << 32n, (1n << 63n) + 7n, (1n << 64n) - 2n];
/** A search over a range, too: one hit in 256 trials on average. */
const PROOF_RANGE = 2048;
const PROOF_TARGET = (1n << 56n) - 1n;

/**
 * True when a kernel gives node:crypto's values: for each nonce, its own value as target is reached
 * and one less is not, and a range is left at its first hit. Takes a few milliseconds.
 */
export function proveKernel(kernel: Kernel): boolean {
  return [0x00, 0xff, 0xa5].every((fill) => {
    const initialHash = Uint8Array.from({ length: INITIAL_HASH_BYTES }, (_, i) => fill ^ (i * 7));
    kernel.begin(initialHash);
    const exact = PROOF_NONCES.every((nonce) => {
      const value = nonceValue(initialHash, nonce);
      return kernel.search(nonce, 1, value) === nonce && kernel.search(nonce, 1, value - 1n) === 0n;
    });
    return exact && kernel.search(1n, PROOF_RANGE, PROOF_TARGET) === firstHit(initialHash);
  });
}

function firstHit(initialHash: Uint8Array): bigint {
  for (let nonce = 1n; nonce <= PROOF_RANGE; nonce++) {
    if (nonceValue(initialHash, nonce) <= PROOF_TARGET) return nonce;
  }
  return 0n;
}

/**
 * The first of `names` that compiles here and proves itself.
 * @throws Error when none does, which cannot be while 'node' is among them.
 */
export function chooseKernel(log: Log, names: readonly KernelName[] = KERNEL_NAMES): KernelSource {
  for (const name of names) {
    try {
      const source = compileKernel(name);
      if (source && proveKernel(createKernel(source))) return source;
      log.warn({ kernel: name, known: source !== undefined }, 'proof-of-work kernel not usable');
    } catch (error) {
      // A missing or damaged file must not stop the node while a slower kernel works.
      log.warn({ kernel: name, reason: errorText(error) }, 'proof-of-work kernel not usable');
    }
  }
  throw new Error(`no proof-of-work kernel of ${names.join(', ')} works`);
}
