/** Valid objects that cost next to nothing. */
import {
  initialHashOf,
  powTarget,
  trialValue,
  type Difficulty,
} from '../../src/objects/difficulty.js';
import {
  encodeObjectWithoutNonce,
  inventoryHash,
  withNonce,
  type ObjectFields,
} from '../../src/objects/object.js';
import { randomBytes } from '../../src/util/random.js';
import { NONCE_BYTES } from '../../src/wire/limits.js';

/** Least proof of work there can be: some dozens of trials for an object of 100 bytes and an hour. */
export const EASY: Difficulty = { nonceTrialsPerByte: 1, payloadLengthExtraBytes: 1 };

export interface EasyObject {
  readonly object: Uint8Array;
  /** Inventory hash. */
  readonly hash: Uint8Array;
}

export interface EasyObjectOptions {
  payload?: Uint8Array;
  /** False: work that is not enough. */
  goodPow?: boolean;
  /** {@link EASY} unless told otherwise. */
  difficulty?: Difficulty;
}

/** A msg object with a random payload, unless told otherwise, alive for an hour from `nowS`. */
export function createEasyObject(
  nowS: number,
  fields: Partial<ObjectFields> & EasyObjectOptions = {},
): EasyObject {
  const { payload = randomBytes(40), goodPow = true, difficulty = EASY, ...header } = fields;
  const all = { expiresS: nowS + 3_600, type: 2, version: 1, stream: 1, ...header };
  const rest = encodeObjectWithoutNonce(all, payload);
  const object = addEasyNonce(rest, all.expiresS - nowS, { difficulty, goodPow });
  return { object, hash: inventoryHash(object) };
}

/** Does the work for an object that may be anything behind its nonce. */
export function addEasyNonce(
  rest: Uint8Array,
  ttlS: number,
  { difficulty = EASY, goodPow = true }: EasyObjectOptions = {},
): Uint8Array {
  const initialHash = initialHashOf(rest);
  const target = powTarget(rest.length + NONCE_BYTES, ttlS, difficulty);
  const nonce = new DataView(new ArrayBuffer(NONCE_BYTES));
  for (let tries = 0; ; tries++) {
    nonce.setUint32(0, tries);
    const isGood = trialValue(new Uint8Array(nonce.buffer), initialHash) <= target;
    if (isGood === goodPow) return withNonce(nonce.getBigUint64(0), rest);
  }
}
