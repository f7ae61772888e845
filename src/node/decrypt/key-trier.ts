/** Trial decryption of containers with all keys of a set: by the curve's kernel, or without it. */
import { joinKeys, TrialKernel, type PreparedKeys } from '../../crypto/curve-kernel.js';
import { eciesLastBlocks, openEcies, parseEcies, type EciesContainer } from '../../crypto/ecies.js';
import { errorText } from '../../util/errors.js';
import { loadCurveKernel } from '../curve-kernel-file.js';
import type { Opened, TrialKey } from './decrypt-service.js';
import { proveTrialKernel } from './prove-kernel.js';
import { tryKeys } from './trial.js';

/** Opens containers with keys; {@link tryKeys} tells what of. */
export interface KeyTrier {
  /** More keys, all valid. */
  add(keys: readonly TrialKey[]): void;
  /** What the keys open of each container. */
  openAll(containers: readonly Uint8Array[]): Opened[][];
}

/** Makes a {@link KeyTrier} without keys. */
export type KeyTrierMaker = () => KeyTrier;

/** One key after the other, by libsecp256k1. */
export const slowKeyTrier: KeyTrierMaker = () => {
  const all: TrialKey[] = [];
  return {
    add: (keys) => keys.forEach((key) => all.push(key)),
    openAll: (containers) => containers.map((container) => tryKeys(container, all)),
  };
};

/** All keys at once in the kernel; the MAC is looked at only for those that the padding lets pass. */
export function kernelKeyTrier(kernel: TrialKernel): KeyTrierMaker {
  return () => {
    const ids: string[] = [];
    let prepared = kernel.prepareKeys([]);
    return {
      add(keys) {
        for (const { id } of keys) ids.push(id);
        prepared = joinKeys(prepared, kernel.prepareKeys(keys.map(({ key }) => key)));
      },
      openAll(containers) {
        return containers.map((container) => {
          const parts = parseEcies(container);
          return parts ? openWith(kernel, parts, prepared, ids) : [];
        });
      },
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
