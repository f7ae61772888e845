/**
 * The search for an address's keys by the curve's kernel (kernels/search.h): what keys.ts does one
 * multiplication at a time. Everything found is computed again by libsecp256k1 before it is given out.
 */
import { concatBytes, fromHex, toHex, utf8 } from '../util/bytes.js';
import type { CurveExports } from './curve-kernel.js';
import { PRIVATE_KEY_LENGTH, PUBLIC_KEY_LENGTH, publicKeyOf, randomPrivateKey } from './curve.js';
import {
  deterministicKey,
  ripeOf,
  type AddressKeys,
  type DeterministicKeys,
  type RipeCondition,
} from './keys.js';

/** The order of the curve. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Bits of a digit for multiples of the base point: a table of 700 KB, made in some milliseconds. */
const BASE_WIDTH = 10;

/** Tries of a call are about this many, so that news of the progress comes every few hundredths of a second. */
const TRIES_A_CALL = 16_384;

/** Most pairs of keys from a passphrase in a call, as the kernel's own SEARCH_PAIRS. */
export const MAX_SEARCH_PAIRS = 1024;
/** The first call is short: an address with one zero byte is found after 256 pairs on average. */
const FIRST_PAIRS = 256;

/** Longest passphrase (bytes), as the kernel's own PASSPHRASE_BYTES. */
export const MAX_SEARCH_PASSPHRASE = 65_536;

/** Pairs `first`, `first` + 1 ... of a passphrase. */
export interface PairRange {
  readonly passphrase: Uint8Array;
  readonly first: number;
  /** At most {@link MAX_SEARCH_PAIRS}. */
  readonly pairs: number;
}

/** Told now and then how many pairs of keys have been tried. */
export type OnTries = (tries: number) => void;

export class KeySearch {
  readonly #exports: CurveExports;
  #isBaseReady = false;

  constructor(exports: CurveExports) {
    this.#exports = exports;
  }

  /**
   * New random keys. Each call starts at fresh random keys, and steps the encryption key from there:
   * the keys of different calls have nothing to do with each other.
   * @throws Error when the kernel's result is not right
   */
  random({ leadingZeroBytes }: RipeCondition, onTries?: OnTries): AddressKeys {
    const signingKey = randomPrivateKey();
    const signingPublicKey = publicKeyOf(signingKey);
    let tries = 0;
    for (;;) {
      const start = randomPrivateKey();
      const distance = this.#step(signingPublicKey, start, leadingZeroBytes, (more) => {
        tries += more;
        onTries?.(tries);
      });
      const encryptionKey = distance === undefined ? undefined : addToKey(start, distance);
      if (encryptionKey) return checkedKeys(signingKey, encryptionKey, leadingZeroBytes);
    }
  }

  /** How far from `start` a fitting key is; undefined when another start is needed. */
  #step(
    signingPublicKey: Uint8Array,
    start: Uint8Array,
    zeros: number,
    onTries: OnTries,
  ): number | undefined {
    const keysAt = this.#exports.publicKeys();
    this.#memory(keysAt, 2 * PUBLIC_KEY_LENGTH).set(
      concatBytes(signingPublicKey, publicKeyOf(start)),
    );
    if (this.#exports.beginSteps() === 0) throw new Error('the kernel refused a public key');
    const reach = this.#exports.reach();
    const stride = 2 * reach + 1;
    const rounds = Math.ceil(TRIES_A_CALL / stride);
    for (let before = 0; ; before += rounds * stride) {
      const found = this.#exports.searchSteps(zeros === 0 ? 1 : rounds, zeros);
      onTries(rounds * stride);
      if (found >= 0) return before + found - reach;
      if (found !== NOT_FOUND) return undefined;
    }
  }

  /**
   * All keys of a passphrase whose ripe has the zero bytes, in order.
   * @param passphrase at most {@link MAX_SEARCH_PASSPHRASE} bytes
   * @throws Error when the kernel's result is not right
   */
  *deterministic(
    passphrase: Uint8Array,
    condition: RipeCondition,
    onTries?: OnTries,
  ): Generator<DeterministicKeys, never, undefined> {
    for (let first = 0, pairs = FIRST_PAIRS; ; first += pairs, pairs = MAX_SEARCH_PAIRS) {
      const found = this.range({ passphrase, first, pairs }, condition);
      onTries?.(first + pairs);
      yield* found;
    }
  }

  /** Those of a range of pairs. @throws Error when the kernel's result is not right */
  range({ passphrase, first, pairs }: PairRange, condition: RipeCondition): DeterministicKeys[] {
    const { leadingZeroBytes } = condition;
    const hits = this.#searchPassphrase(passphrase, first, pairs, leadingZeroBytes);
    return Array.from(hits, (hit) => {
      const signingNonce = 2 * (first + hit);
      const encryptionNonce = signingNonce + 1;
      const signingKey = deterministicKey(passphrase, signingNonce);
      const encryptionKey = deterministicKey(passphrase, encryptionNonce);
      const keys = checkedKeys(signingKey, encryptionKey, leadingZeroBytes);
      return { ...keys, signingNonce, encryptionNonce };
    });
  }

  /**
   * True when the kernel finds exactly the pairs of a passphrase that are known; it could leave some
   * out, which nothing else would show. Some milliseconds.
   */
  prove(): boolean {
    const hits = this.#searchPassphrase(utf8(PROOF_PASSPHRASE), 0, PROOF_PAIRS, 1);
    return hits.join() === PROOF_HITS.join();
  }

  #searchPassphrase(
    passphrase: Uint8Array,
    first: number,
    pairs: number,
    zeros: number,
  ): Uint32Array {
    if (passphrase.length > MAX_SEARCH_PASSPHRASE) throw new RangeError('passphrase too long');
    if (!this.#isBaseReady) this.#exports.prepareBase(BASE_WIDTH);
    this.#isBaseReady = true;
    // Each time: another search may have used the place between two results.
    this.#memory(this.#exports.passphrase(), passphrase.length).set(passphrase);
    const count = this.#exports.searchPassphrase(passphrase.length, first, pairs, zeros);
    return new Uint32Array(this.#exports.memory.buffer, this.#exports.hits(), count).slice();
  }

  #memory(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer, at, length);
  }
}

/** What the kernel gives when a search came to its end. */
const NOT_FOUND = -1;

/** The reference's first addresses of this passphrase have the keys 448, 449 and 588, 589. */
const PROOF_PASSPHRASE = 'test';
const PROOF_PAIRS = 300;
const PROOF_HITS = [224, 294];

/** The private key that much further; undefined for the one sum that is none, zero. */
function addToKey(key: Uint8Array, distance: number): Uint8Array | undefined {
  const sum = (BigInt(`0x${toHex(key)}`) + BigInt(distance) + ORDER) % ORDER;
  const hex = sum.toString(16).padStart(2 * PRIVATE_KEY_LENGTH, '0');
  return sum === 0n ? undefined : fromHex(hex);
}

function checkedKeys(
  signingKey: Uint8Array,
  encryptionKey: Uint8Array,
  leadingZeroBytes: number,
): AddressKeys {
  const ripe = ripeOf(publicKeyOf(signingKey), publicKeyOf(encryptionKey));
  const zeros = ripe.subarray(0, leadingZeroBytes);
  if (zeros.some((byte) => byte !== 0)) throw new Error('the kernel found keys that do not fit');
  return { signingKey, encryptionKey, ripe };
}
