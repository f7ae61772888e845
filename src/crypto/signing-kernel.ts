/**
 * The kernel that signs (kernels/signing.c): constant-time, with nonces of RFC 6979 and a lower s, as
 * libsecp256k1 signs, in a third of its time.
 */
import { equalBytes, fromHex } from '../util/bytes.js';
import { randomBytes } from '../util/random.js';
import { wasmEngine } from '../util/wasm.js';
import { makePublicKey, PRIVATE_KEY_LENGTH, PUBLIC_KEY_LENGTH, signWith } from './libsecp256k1.js';

const HASH_LENGTH = 32;
/** r and s, or X and Y. */
const OUTPUT_LENGTH = 64;

/** What the kernel exports; addresses are numbers. */
export interface SigningExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  input(): number;
  output(): number;
  /** Takes 64 random bytes of the input to blind with. */
  prepare(): void;
  sign(): number;
  publicKey(): number;
}

/** Its functions are synchronous, and wipe the key from its memory. */
export class SigningKernel {
  readonly #exports: SigningExports;
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;

  constructor(exports: SigningExports) {
    const { buffer } = exports.memory;
    this.#exports = exports;
    this.#input = new Uint8Array(buffer, exports.input(), PRIVATE_KEY_LENGTH + HASH_LENGTH);
    this.#output = new Uint8Array(buffer, exports.output(), OUTPUT_LENGTH);
  }

  /**
   * r and s (64 bytes) for a hash of 32 bytes. Undefined for what is no key; and, which nobody will ever
   * see, for 1 in 2^127 pairs of key and hash, whose first nonce is none.
   */
  sign(key: Uint8Array, hash: Uint8Array): Uint8Array | undefined {
    if (key.length !== PRIVATE_KEY_LENGTH || hash.length !== HASH_LENGTH) return undefined;
    this.#input.set(key);
    this.#input.set(hash, PRIVATE_KEY_LENGTH);
    return this.#exports.sign() === 1 ? this.#output.slice() : undefined;
  }

  /** The public key (65 bytes) of a private key; undefined for what is none. */
  publicKey(key: Uint8Array): Uint8Array | undefined {
    if (key.length !== PRIVATE_KEY_LENGTH) return undefined;
    this.#input.set(key);
    if (this.#exports.publicKey() === 0) return undefined;
    const publicKey = new Uint8Array(PUBLIC_KEY_LENGTH).fill(4, 0, 1);
    publicKey.set(this.#output, 1);
    return publicKey;
  }
}

/**
 * Some milliseconds.
 * @param binary kernels/signing.wasm
 * @throws Error when the engine refuses it (a processor without SIMD)
 */
export function instantiateSigningKernel(binary: Uint8Array): SigningExports {
  const module = new wasmEngine.Module(binary);
  const exports = new wasmEngine.Instance(module, {}).exports as SigningExports;
  const seed = randomBytes(OUTPUT_LENGTH);
  new Uint8Array(exports.memory.buffer, exports.input(), seed.length).set(seed);
  exports.prepare();
  return exports;
}

/** 1, 2, 3 and the order of the curve less 1, and a number with few digits that are not the least. */
const PROOF_KEYS = [
  '0000000000000000000000000000000000000000000000000000000000000001',
  '0000000000000000000000000000000000000000000000000000000000000002',
  '0000000000000000000000000000000000000000000000000000000000000003',
  'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140',
  '8000000000000000000000000000000000000000000000000000000000000000',
].map((hex) => fromHex(hex));
const RANDOM_PROOFS = 8;

/** True when the kernel makes what libsecp256k1 makes of known and random keys. A millisecond. */
export function proveSigningKernel(kernel: SigningKernel): boolean {
  const random = Array.from({ length: RANDOM_PROOFS }, () => randomBytes(PRIVATE_KEY_LENGTH));
  return [...PROOF_KEYS, ...random].every((key) => {
    const hash = randomBytes(HASH_LENGTH);
    return (
      isSame(kernel.publicKey(key), makePublicKey(key)) &&
      isSame(kernel.sign(key, hash), signWith(key, hash))
    );
  });
}

let inUse: SigningKernel | undefined;

/** What this thread signs with; undefined as long as it is libsecp256k1. */
export function signingKernel(): SigningKernel | undefined {
  return inUse;
}

/** Has this thread sign with a kernel that has proved itself, or (undefined) without one. */
export function useSigningKernel(kernel: SigningKernel | undefined): void {
  inUse = kernel;
}

function isSame(made: Uint8Array | undefined, expected: Uint8Array | undefined): boolean {
  if (made === undefined || expected === undefined) return made === expected;
  return equalBytes(made, expected);
}
