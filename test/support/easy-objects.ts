/** Valid objects that cost next to nothing. */
import { isPowSufficient, type Difficulty } from '../../src/objects/difficulty.js';
import {
  encodeObjectWithoutNonce,
  inventoryHash,
  withNonce,
  type ObjectFields,
} from '../../src/objects/object.js';
import { randomBytes } from '../../src/util/random.js';

/** Least proof of work there can be: some dozens of trials for an object of 100 bytes and an hour. */
export const EASY: Difficulty = { nonceTrialsPerByte: 1, payloadLengthExtraBytes: 1 };

export interface EasyObject {
  readonly object: Uint8Array;
  /** Inventory hash. */
  readonly hash: Uint8Array;
}

/** A msg object with a random payload, unless told otherwise, alive for an hour from `nowS`. */
export function createEasyObject(
  nowS: number,
  fields: Partial<ObjectFields> & { payload?: Uint8Array; goodPow?: boolean } = {},
): EasyObject {
  const { payload = randomBytes(40), goodPow = true, ...header } = fields;
  const rest = encodeObjectWithoutNonce(
    { expiresS: nowS + 3_600, type: 2, version: 1, stream: 1, ...header },
    payload,
  );
  for (let nonce = 0n; ; nonce++) {
    const object = withNonce(nonce, rest);
    if (isPowSufficient(object, EASY, nowS) === goodPow) {
      return { object, hash: inventoryHash(object) };
    }
  }
}
