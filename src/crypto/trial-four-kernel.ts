/**
 * The WebAssembly kernel that tries keys with four containers at once (kernels/trial-four.c): the same
 * sums in four lanes take little more than half the time. Needs an engine with 128-bit vectors.
 */
import { wasmEngine } from '../util/wasm.js';
import { digitWidth, type PreparedKeys, type Survivor, type TrialTarget } from './curve-kernel.js';
import { PUBLIC_KEY_LENGTH } from './curve.js';

/** Containers tried at once. */
export const LANES = 4;

const BLOCK_LENGTH = 16;
const COORDINATE_LENGTH = 32;
const POINT_LENGTH = PUBLIC_KEY_LENGTH - 1;
const INPUT_LENGTH = POINT_LENGTH + 2 * BLOCK_LENGTH;
/** Keys of one call, as the kernel's own FOUR_KEYS. */
const MAX_KEYS_A_CALL = 1024;
/** Digits the kernel has a table for, as its own MAX_WIDTH. */
const [MIN_WIDTH, MAX_WIDTH] = [2, 10];

/** What the kernel exports; addresses are numbers. */
export interface TrialFourExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  prepare(): void;
  inputs(): number;
  keys(): number;
  keyBytes(): number;
  survivors(): number;
  survivorBytes(): number;
  setPoints(width: number): number;
  tryKeys(count: number, all: number): number;
}

/**
 * @param binary kernels/trial-four.wasm
 * @throws Error when the engine refuses it
 */
export function instantiateTrialFour(binary: Uint8Array): TrialFourExports {
  const module = new wasmEngine.Module(binary);
  const exports = new wasmEngine.Instance(module, {}).exports as TrialFourExports;
  exports.prepare();
  return exports;
}

/** An instance is used by one thread, and its functions are synchronous. */
export class TrialFourKernel {
  readonly #exports: TrialFourExports;
  readonly #inputs: Uint8Array;
  readonly #keys: Uint8Array;
  readonly #keyBytes: number;
  readonly #survivors: DataView;
  readonly #survivorBytes: number;

  constructor(exports: TrialFourExports) {
    const { buffer } = exports.memory;
    this.#exports = exports;
    this.#keyBytes = exports.keyBytes();
    this.#survivorBytes = exports.survivorBytes();
    this.#inputs = new Uint8Array(buffer, exports.inputs(), LANES * INPUT_LENGTH);
    this.#keys = new Uint8Array(buffer, exports.keys(), MAX_KEYS_A_CALL * this.#keyBytes);
    const length = MAX_KEYS_A_CALL * LANES * this.#survivorBytes;
    this.#survivors = new DataView(buffer, exports.survivors(), length);
  }

  /**
   * For each target what `TrialKernel.survivors` gives; undefined when they have to be tried
   * one by one (keys and points that hardly anybody meets).
   * @param targets one to four
   * @param keys as `TrialKernel.prepareKeys` made them
   */
  survivors(
    targets: readonly TrialTarget[],
    keys: PreparedKeys,
    width = fourDigitWidth(keys.count),
  ): Survivor[][] | undefined {
    return this.#run(targets, keys, width, 0);
  }

  /** For each target X of each key times its point, whatever the padding; none when it is no point. */
  sharedXs(
    publicKeys: readonly Uint8Array[],
    keys: PreparedKeys,
    width = fourDigitWidth(keys.count),
  ): Uint8Array[][] | undefined {
    const lastBlocks = new Uint8Array(2 * BLOCK_LENGTH);
    const targets = publicKeys.map((publicKey) => ({ publicKey, lastBlocks }));
    const all = this.#run(targets, keys, width, 1);
    return all?.map((found) => found.map(({ sharedX }) => sharedX));
  }

  #run(
    targets: readonly TrialTarget[],
    keys: PreparedKeys,
    width: number,
    all: 0 | 1,
  ): Survivor[][] | undefined {
    if (targets.length > LANES) throw new RangeError('at most four at once');
    if (width < MIN_WIDTH || width > MAX_WIDTH) throw new RangeError('no table so wide');
    this.#inputs.fill(0);
    for (const [lane, { publicKey, lastBlocks }] of targets.entries()) {
      this.#inputs.set(publicKey.subarray(1), lane * INPUT_LENGTH);
      this.#inputs.set(lastBlocks, lane * INPUT_LENGTH + POINT_LENGTH);
    }
    const found: Survivor[][] = targets.map(() => []);
    const good = this.#exports.setPoints(width);
    for (let from = 0; from < keys.count; from += MAX_KEYS_A_CALL) {
      const count = Math.min(keys.count - from, MAX_KEYS_A_CALL);
      const start = from * this.#keyBytes;
      this.#keys.set(keys.bytes.subarray(start, start + count * this.#keyBytes));
      const kept = this.#exports.tryKeys(count, all);
      if (kept < 0) return undefined;
      for (let i = 0; i < kept; i++) this.#collect(found, i, from);
    }
    return found.map((some, lane) => (good & (1 << lane) ? some : []));
  }

  #collect(found: readonly Survivor[][], place: number, from: number): void {
    const at = place * this.#survivorBytes;
    const { buffer, byteOffset } = this.#survivors;
    const index = from + this.#survivors.getUint32(at, true);
    const lane = this.#survivors.getUint32(at + 4, true);
    const sharedX = new Uint8Array(buffer, byteOffset + at + 8, COORDINATE_LENGTH).slice();
    found[lane]?.push({ index, sharedX });
  }
}

/** As {@link digitWidth}; there is always a table. */
function fourDigitWidth(keys: number): number {
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, digitWidth(Math.max(keys, 3))));
}
