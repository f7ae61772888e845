/** Trial decryption of containers with all keys of a set: by the curve's kernel, or without it. */
import {
  MAX_DIRECT_KEYS,
  TrialKernel,
  type Survivor,
  type TrialTarget,
} from '../../crypto/curve-kernel.js';
import { eciesLastBlocks, openEcies, parseEcies, type EciesContainer } from '../../crypto/ecies.js';
import { LANES, type TrialFourKernel } from '../../crypto/trial-four-kernel.js';
import { errorText } from '../../util/errors.js';
import { loadCurveKernel, loadTrialFour } from '../curve-kernel-file.js';
import type { Opened, TrialKey } from './decrypt-service.js';
import { PreparedKeyRing } from './prepared-key-ring.js';
import { proveTrialFour, proveTrialKernel } from './prove-kernel.js';
import { tryKeys } from './trial.js';

/** Opens containers with keys; {@link tryKeys} tells what of. */
export interface KeyTrier {
  /** More keys, all valid; a name that is there gets the new key. */
  add(keys: readonly TrialKey[]): void;
  remove(ids: readonly string[]): void;
  /** What the keys open of each container. */
  openAll(containers: readonly Uint8Array[]): Opened[][];
}

/** Makes a {@link KeyTrier} without keys. */
export type KeyTrierMaker = () => KeyTrier;

/** One key after the other, by libsecp256k1. */
export const slowKeyTrier: KeyTrierMaker = () => {
  const all = new Map<string, TrialKey>();
  return {
    add: (keys) => keys.forEach((key) => all.set(key.id, key)),
    remove: (ids) => ids.forEach((id) => all.delete(id)),
    openAll(containers) {
      const keys = [...all.values()];
      return containers.map((container) => tryKeys(container, keys));
    },
  };
};

/**
 * All keys at once in the kernel; the MAC is looked at only for those that the padding lets pass.
 * @param four tries four containers at once, if there is one
 */
export function kernelKeyTrier(kernel: TrialKernel, four?: TrialFourKernel): KeyTrierMaker {
  return () => {
    const ring = new PreparedKeyRing(kernel);
    const find = (targets: readonly TrialTarget[]): Survivor[][] => {
      const isWorthIt = targets.length >= MIN_TARGETS_OF_FOUR && ring.ids.length > MAX_DIRECT_KEYS;
      const together = isWorthIt ? four?.survivors(targets, ring.keys) : undefined;
      return together ?? targets.map((target) => kernel.survivors(target, ring.keys));
    };
    return {
      add: (keys) => ring.add(keys),
      remove: (ids) => ring.remove(ids),
      openAll: (containers) => openWith(find, containers, ring.ids),
    };
  };
}

/** Three in four lanes take less time than three one after the other; two do not. Measured. */
const MIN_TARGETS_OF_FOUR = 3;

function openWith(
  find: (targets: readonly TrialTarget[]) => Survivor[][],
  containers: readonly Uint8Array[],
  ids: readonly string[],
): Opened[][] {
  const opened: Opened[][] = containers.map(() => []);
  const parsed = containers.flatMap((container, place) => {
    const parts = parseEcies(container);
    return parts ? [{ place, parts }] : [];
  });
  for (let from = 0; from < parsed.length; from += LANES) {
    const some = parsed.slice(from, from + LANES);
    const found = find(some.map(({ parts }) => targetOf(parts)));
    for (const [i, { place, parts }] of some.entries()) {
      for (const { index, sharedX } of found[i] ?? []) {
        const id = ids[index];
        const plaintext = openEcies(parts, sharedX);
        if (id !== undefined && plaintext) opened[place]?.push({ id, plaintext });
      }
    }
  }
  return opened;
}

function targetOf(parts: EciesContainer): TrialTarget {
  return { publicKey: parts.ephemeralPublicKey, lastBlocks: eciesLastBlocks(parts) };
}

/**
 * The kernels where they work and agree with libsecp256k1, else the slow way.
 * @param warn told why a kernel is not used
 */
export function chooseKeyTrier(
  warn: (reason: string) => void,
  createKernel = (): TrialKernel => new TrialKernel(loadCurveKernel()),
  createFour = loadTrialFour,
): KeyTrierMaker {
  const kernel = proved(createKernel, proveTrialKernel, warn);
  if (!kernel) return slowKeyTrier;
  const four = proved(createFour, (made) => proveTrialFour(made, kernel), warn);
  return kernelKeyTrier(kernel, four);
}

function proved<Kernel>(
  create: () => Kernel,
  prove: (kernel: Kernel) => boolean,
  warn: (reason: string) => void,
): Kernel | undefined {
  try {
    const kernel = create();
    if (prove(kernel)) return kernel;
    warn('the kernel gives wrong results');
  } catch (error) {
    // A missing or damaged file must not stop the node while a slower way works.
    warn(errorText(error));
  }
  return undefined;
}
