/** Thread that makes objects: one packed buffer of them is its only message. */
import { randomFillSync } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { initialHashOf, powTarget, TEST_MINIMUM } from '../../src/objects/difficulty.js';
import { encodeObjectWithoutNonce, withNonce } from '../../src/objects/object.js';
import { OBJECT_TYPE } from '../../src/objects/types.js';
import { chooseKernel, createKernel } from '../../src/pow/kernel.js';
import { nullLog } from '../../src/util/log.js';
import { NONCE_BYTES } from '../../src/wire/limits.js';

export interface MakerRequest {
  readonly count: number;
  /** Length of a whole object. */
  readonly bytes: number;
  readonly expiresS: number;
  readonly nowS: number;
}

/** Trials at a time: more than the average object needs. */
const TRIALS = 16_384;
/** nonce, expiry, type, and version and stream of one byte each. */
const HEADER_BYTES = 22;

function makeObjects({ count, bytes, expiresS, nowS }: MakerRequest): Uint8Array<ArrayBuffer> {
  const kernel = createKernel(chooseKernel(nullLog));
  const target = powTarget(bytes, expiresS - nowS, TEST_MINIMUM);
  const fields = { expiresS, type: OBJECT_TYPE.msg, version: 1, stream: 1 };
  const payload = new Uint8Array(bytes - HEADER_BYTES);
  const made = new Uint8Array(count * bytes);
  for (let index = 0; index < count; index++) {
    randomFillSync(payload);
    const rest = encodeObjectWithoutNonce(fields, payload);
    if (rest.length + NONCE_BYTES !== bytes) throw new Error('the header has another length');
    kernel.begin(initialHashOf(rest));
    let nonce = 0n;
    for (let start = 1n; nonce === 0n; start += BigInt(TRIALS)) {
      nonce = kernel.search(start, TRIALS, target);
    }
    made.set(withNonce(nonce, rest), index * bytes);
  }
  return made;
}

const made = makeObjects(workerData as MakerRequest);
parentPort?.postMessage(made, [made.buffer]);
