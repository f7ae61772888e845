/**
 * Kernels: what tries nonces. The best one that this machine has is chosen at start, and only after
 * it has agreed with node:crypto: the native addon's if that was built, WebAssembly with SIMD128,
 * plain WebAssembly, node:crypto itself.
 */
import { readFileSync } from 'node:fs';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import { proveKernel } from './kernel-proof.js';
import { loadAddon, type NativeSearch } from './native-addon.js';
import { INITIAL_HASH_BYTES, nonceValue } from './trial.js';
import { wasmEngine, type WasmModule } from '../util/wasm.js';

/** From the fastest to the one that always works; docs/proof-of-work.md has the figures. */
export const KERNEL_NAMES = [
  'native-avx512',
  'native-avx2',
  'simd',
  'native-scalar',
  'scalar',
  'node',
] as const;
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

/** A kernel that can be posted to worker threads; they share the compiled WebAssembly. */
export interface KernelSource {
  readonly name: KernelName;
  /** Undefined for node:crypto and for native kernels, which each thread loads by itself. */
  readonly module: WasmModule | undefined;
}

/** Exports of kernels/double-sha512.assembly.ts. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  initialHash(): number;
  prepare(): void;
  search(start: bigint, count: bigint, target: bigint): bigint;
}

const NATIVE_PREFIX = 'native-';

/** The native kernels are found by name in the addon. */
function nativeSearch(name: KernelName): NativeSearch | undefined {
  return name.startsWith(NATIVE_PREFIX)
    ? loadAddon()?.kernels[name.slice(NATIVE_PREFIX.length)]
    : undefined;
}

/**
 * Compiles or finds a kernel; undefined when this engine or processor does not know its instructions
 * or the addon was not built.
 * @throws Error when its file is damaged
 */
export function compileKernel(name: KernelName): KernelSource | undefined {
  if (name === 'node') return { name, module: undefined };
  if (name.startsWith(NATIVE_PREFIX)) {
    return nativeSearch(name) ? { name, module: undefined } : undefined;
  }
  const bytes = readFileSync(new URL(`./kernels/double-sha512-${name}.wasm`, import.meta.url));
  return wasmEngine.validate(bytes) ? { name, module: new wasmEngine.Module(bytes) } : undefined;
}

export function createKernel({ name, module }: KernelSource): Kernel {
  if (module) return wasmKernel(name, module);
  if (name === 'node') return nodeKernel();
  const search = nativeSearch(name);
  if (!search) throw new Error(`there is no kernel ${name} on this machine`);
  return nativeKernel(name, search);
}

function nativeKernel(name: KernelName, searchNative: NativeSearch): Kernel {
  let hash = new Uint8Array(INITIAL_HASH_BYTES);
  return {
    name,
    begin(initialHash) {
      hash = Uint8Array.from(initialHash);
    },
    search: (start, count, target) => searchNative(hash, start, count, target),
  };
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

/**
 * The first of `names` that compiles here and proves itself.
 * @throws Error when none does, which cannot be while 'node' is among them.
 */
export function chooseKernel(log: Log, names: readonly KernelName[] = KERNEL_NAMES): KernelSource {
  for (const name of names) {
    try {
      const source = compileKernel(name);
      if (!source) log.debug({ kernel: name }, 'proof-of-work kernel not there');
      else if (proveKernel(createKernel(source))) return source;
      else log.warn({ kernel: name }, 'proof-of-work kernel gives wrong answers, not used');
    } catch (error) {
      // A missing or damaged file must not stop the node while a slower kernel works.
      log.warn({ kernel: name, reason: errorText(error) }, 'proof-of-work kernel not usable');
    }
  }
  throw new Error(`no proof-of-work kernel of ${names.join(', ')} works`);
}

/**
 * The kernel that was chosen at the start or, when that cannot be made any more (the addon was
 * removed meanwhile), the best that still can.
 */
export function createKernelOrNext(source: KernelSource, log: Log): Kernel {
  try {
    return createKernel(source);
  } catch (error) {
    log.warn({ kernel: source.name, reason: errorText(error) }, 'proof-of-work kernel is gone');
    return createKernel(chooseKernel(log));
  }
}
