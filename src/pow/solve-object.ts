/** From an object without its nonce to a whole object that every node accepts. */
import {
  initialHashOf,
  isPowSufficient,
  powTarget,
  type Difficulty,
} from '../objects/difficulty.js';
import { decodeHeader, withNonce } from '../objects/object.js';
import { NONCE_BYTES } from '../wire/limits.js';
import type { PowSolver } from './solver.js';

/**
 * Extra life that a proof may be made for: a receiver's clock may be an hour behind ours (more, and
 * it would not be connected to us), and then asks for the work of a longer life than we see.
 * [Protocol: version packet, clock difference]
 */
export const CLOCK_MARGIN_S = 3600;

export interface SolveObjectOptions {
  /** What the receiver demands, or the network's minimum; see objects/difficulty.ts:atLeast. */
  readonly difficulty: Difficulty;
  /** Present time, unix seconds. */
  readonly nowS: number;
  /** Added to the object's life; {@link CLOCK_MARGIN_S} for one that must not be lost. Default 0. */
  readonly marginS?: number;
  /** One of POW_PRIORITY. */
  readonly priority: number;
  /** For progress displays. */
  readonly purpose: string;
  /** Who the work is for; see PowRequest. */
  readonly owner?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The target that an object has to reach; trial.ts:expectedTrials says what that costs. */
export function targetFor(
  objectWithoutNonce: Uint8Array,
  { difficulty, nowS, marginS = 0 }: Pick<SolveObjectOptions, 'difficulty' | 'nowS' | 'marginS'>,
): bigint {
  const { expiresS } = decodeHeader(withNonce(0n, objectWithoutNonce));
  const ttlS = expiresS - Math.floor(nowS) + marginS;
  return powTarget(NONCE_BYTES + objectWithoutNonce.length, ttlS, difficulty);
}

/**
 * Does the work: target by the verifiers' own formula (integers, length with the nonce, at least 300
 * seconds of life), checked in the end with what we ask of others' objects.
 * @param objectWithoutNonce from the expiry on.
 * @returns the whole object.
 * @throws ObjectError `malformed` when the header does not parse; whatever the solver rejects with.
 */
export async function solveObject(
  solver: PowSolver,
  objectWithoutNonce: Uint8Array,
  options: SolveObjectOptions,
): Promise<Uint8Array> {
  const { difficulty, nowS, marginS = 0, priority, purpose, owner, signal } = options;
  const initialHash = initialHashOf(objectWithoutNonce);
  const target = targetFor(objectWithoutNonce, options);
  const request = { initialHash, target, priority, purpose, ...(owner !== undefined && { owner }) };
  const { nonce } = await solver.solve(request, signal);
  const object = withNonce(nonce, objectWithoutNonce);
  if (!isPowSufficient(object, difficulty, nowS - marginS)) {
    throw new Error(`solver gave nonce ${nonce}, which is no proof of work`);
  }
  return object;
}
