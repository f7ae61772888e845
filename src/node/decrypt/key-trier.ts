/** Trial decryption of containers with all keys of a set: by the curve's kernel, or without it. */
import { TrialKernel, type PreparedKeys } from '../../crypto/curve-kernel.js';
import { eciesLastBlocks, openEcies, parseEcies, type EciesContainer } from '../../crypto/ecies.js';
import { errorText } from '../../util/errors.js';
import { loadCurveKernel } from '../curve-kernel-file.js';
import type { Opened, TrialKey } from './decrypt-service.js';
import { PreparedKeyRing } from './prepared-key-ring.js';
import { proveTrialKernel } from './prove-kernel.js';
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

/** All keys at once in the kernel; the MAC is looked at only for those that the padding lets pass. */
export function kernelKeyTrier(kernel: TrialKernel): KeyTrierMaker {
  return () => {
    const ring = new PreparedKeyRing(kernel);
    return {
      add: (keys) => ring.add(keys),
      remove: (ids) => ring.remove(ids),
      openAll: (containers) =>
        containers.map((container) => {
          const parts = parseEcies(container);
          return parts ? openWith(kernel, parts, ring.keys, ring.ids) : [];
        }),
    };
  };
}

function openWith(
  kernel: TrialKernel,
  parts: EciesContainer,
  prepared: PreparedKeys,
  ids: readonly string[],
): Opened[] {
  const opened: Opened[] = [];
  const target = { publicKey: parts.ephemeralPublicKey, lastBlocks: eciesLastBlocks(parts) };
  for (const { index, sharedX } of kernel.survivors(target, prepared)) {
    const id = ids[index];
    const plaintext = openEcies(parts, sharedX);
    if (id !== undefined && plaintext) opened.push({ id, plaintext });
  }
  return opened;
}

/**
 * The kernel where it works and agrees with libsecp256k1, else the slow way.
 * @param warn told why the kernel is not used
 */
export function chooseKeyTrier(
  warn: (reason: string) => void,
  createKernel = (): TrialKernel => new TrialKernel(loadCurveKernel()),
): KeyTrierMaker {
  try {
    const kernel = createKernel();
    if (proveTrialKernel(kernel)) return kernelKeyTrier(kernel);
    warn('the kernel gives wrong results');
  } catch (error) {
    // A missing or damaged file must not stop the node while a slower way works.
    warn(errorText(error));
  }
  return slowKeyTrier;
}
