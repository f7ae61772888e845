/**
 * The curve's WebAssembly kernel (kernels/curve.c): many keys against one point. An instance is used
 * by one thread, and its functions are synchronous.
 */
import { PRIVATE_KEY_LENGTH, PUBLIC_KEY_LENGTH } from './curve.js';
import { wasmEngine } from '../util/wasm.js';

const BLOCK_LENGTH = 16;
const COORDINATE_LENGTH = 32;
const POINT_LENGTH = PUBLIC_KEY_LENGTH - 1;
/** Keys of one call, as the kernel's own TRIAL_KEYS. */
const MAX_KEYS_A_CALL = 4096;
/** Widest digits the kernel has a table for, as its own MAX_WIDTH. */
const MAX_WIDTH = 11;
const HALF_KEY_BITS = 128;

/** What the kernel exports; addresses are numbers. */
export interface CurveExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  prepare(): void;
  trialInput(): number;
  trialKeys(): number;
  keyBytes(): number;
  survivors(): number;
  survivorBytes(): number;
  prepareKey(index: number): void;
  setPoint(width: number): number;
  trial(count: number, all: number): number;
  publicKeys(): number;
  passphrase(): number;
  hits(): number;
  reach(): number;
  beginSteps(): number;
  searchSteps(rounds: number, zeros: number): number;
  prepareBase(width: number): void;
  searchPassphrase(length: number, first: number, pairs: number, zeros: number): number;
}

/** Keys in the kernel's form, split for the endomorphism; as secret as the keys. */
export interface PreparedKeys {
  readonly count: number;
  /** Those of the keys one after the other; there may be more behind them. */
  readonly bytes: Uint8Array;
}

/** A key that may open what was tried. */
export interface Survivor {
  /** Its place among the keys. */
  readonly index: number;
  /** X of key times point: 32 bytes, leading zeros kept. */
  readonly sharedX: Uint8Array;
}

/** What is to be opened, as far as the kernel looks at it. */
export interface TrialTarget {
  /** 65 bytes. */
  readonly publicKey: Uint8Array;
  /** The last two blocks of the ciphertext, or the IV and the only one: 32 bytes. */
  readonly lastBlocks: Uint8Array;
}

/**
 * @param binary kernels/curve.wasm
 * @throws Error when the engine refuses it
 */
export function instantiateCurveKernel(binary: Uint8Array): CurveExports {
  const module = new wasmEngine.Module(binary);
  const exports = new wasmEngine.Instance(module, {}).exports as CurveExports;
  exports.prepare();
  return exports;
}

export class TrialKernel {
  readonly #exports: CurveExports;
  readonly #input: Uint8Array;
  readonly #keys: Uint8Array;
  readonly #keyBytes: number;
  readonly #survivors: DataView;
  readonly #survivorBytes: number;

  constructor(exports: CurveExports) {
    const { buffer } = exports.memory;
    this.#exports = exports;
    this.#keyBytes = exports.keyBytes();
    this.#survivorBytes = exports.survivorBytes();
    this.#input = new Uint8Array(buffer, exports.trialInput(), POINT_LENGTH + 2 * BLOCK_LENGTH);
    this.#keys = new Uint8Array(buffer, exports.trialKeys(), MAX_KEYS_A_CALL * this.#keyBytes);
    const survivorsLength = MAX_KEYS_A_CALL * this.#survivorBytes;
    this.#survivors = new DataView(buffer, exports.survivors(), survivorsLength);
  }

  /** Private keys, each valid and of 32 bytes, in the form {@link survivors} takes. */
  prepareKeys(keys: readonly Uint8Array[]): PreparedKeys {
    const bytes = new Uint8Array(keys.length * this.#keyBytes);
    for (const [i, key] of keys.entries()) {
      if (key.length !== PRIVATE_KEY_LENGTH) throw new RangeError('a private key has 32 bytes');
      this.#input.set(key);
      this.#exports.prepareKey(0);
      bytes.set(this.#keys.subarray(0, this.#keyBytes), i * this.#keyBytes);
    }
    this.#input.fill(0);
    return { count: keys.length, bytes };
  }

  /**
   * The keys under which the padding of the last block is right: the one that it is for, and one of
   * 256 others. Every key is tried. None when the point is not on the curve.
   */
  survivors(target: TrialTarget, keys: PreparedKeys, width = digitWidth(keys.count)): Survivor[] {
    return this.#run(target, keys, width, 0);
  }

  /** X of each key times the point, whatever the padding; undefined when that is not on the curve. */
  sharedXs(
    publicKey: Uint8Array,
    keys: PreparedKeys,
    width = digitWidth(keys.count),
  ): Uint8Array[] | undefined {
    const lastBlocks = new Uint8Array(2 * BLOCK_LENGTH);
    const all = this.#run({ publicKey, lastBlocks }, keys, width, 1);
    return all.length < keys.count ? undefined : all.map(({ sharedX }) => sharedX);
  }

  #run(target: TrialTarget, keys: PreparedKeys, width: number, all: 0 | 1): Survivor[] {
    const found: Survivor[] = [];
    this.#input.set(target.publicKey.subarray(1));
    this.#input.set(target.lastBlocks, POINT_LENGTH);
    if (this.#exports.setPoint(width) === 0) return found;
    for (let from = 0; from < keys.count; from += MAX_KEYS_A_CALL) {
      const count = Math.min(keys.count - from, MAX_KEYS_A_CALL);
      const start = from * this.#keyBytes;
      this.#keys.set(keys.bytes.subarray(start, start + count * this.#keyBytes));
      const kept = this.#exports.trial(count, all);
      for (let i = 0; i < kept; i++) found.push(this.#survivor(i, from));
    }
    return found;
  }

  #survivor(place: number, from: number): Survivor {
    const at = place * this.#survivorBytes;
    const { buffer, byteOffset } = this.#survivors;
    const sharedX = new Uint8Array(buffer, byteOffset + at + 4, COORDINATE_LENGTH).slice();
    return { index: from + this.#survivors.getUint32(at, true), sharedX };
  }
}

/** Keys up to which each is multiplied by itself. Measured. */
export const MAX_DIRECT_KEYS = 2;
/** Work for an entry of the table, in additions of a tree. Measured. */
const ENTRY_COST = 1.3;

/**
 * Bits of a digit that make the least work for so many keys: wider ones make fewer additions a key and
 * a larger table. 0: no table.
 */
export function digitWidth(keys: number): number {
  if (keys <= MAX_DIRECT_KEYS) return 0;
  let best = 0;
  let least = Infinity;
  for (let width = 2; width <= MAX_WIDTH; width++) {
    const positions = Math.floor(HALF_KEY_BITS / width) + 1;
    const cost = positions * 2 ** (width - 1) * ENTRY_COST + keys * 2 * positions;
    if (cost < least) [best, least] = [width, cost];
  }
  return best;
}
