import type { TrialKernel } from '../../crypto/curve-kernel.js';
import { publicKeyOf, randomPrivateKey, sharedX } from '../../crypto/curve.js';
import { LANES, type TrialFourKernel } from '../../crypto/trial-four-kernel.js';
import { eciesLastBlocks, encryptEcies, parseEcies } from '../../crypto/ecies.js';
import { equalBytes, fromHex, NO_BYTES } from '../../util/bytes.js';

/** The ends of the range of private keys: 1, 2 and the order of the curve less 1. */
const EDGE_KEYS = [
  '0000000000000000000000000000000000000000000000000000000000000001',
  '0000000000000000000000000000000000000000000000000000000000000002',
  'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140',
].map((hex) => fromHex(hex));

/** No table, and a narrow and a wide one. */
const WIDTHS = [0, 3, 8];
const RANDOM_KEYS = 13;

/**
 * True when the kernel multiplies as libsecp256k1 does, lets through the key that a container is for,
 * and knows a point from none. Takes about ten milliseconds.
 */
export function proveTrialKernel(kernel: TrialKernel): boolean {
  const keys = [...EDGE_KEYS, ...Array.from({ length: RANDOM_KEYS }, randomPrivateKey)];
  const prepared = kernel.prepareKeys(keys);
  const publicKey = publicKeyOf(randomPrivateKey());
  const expected = keys.map((key) => sharedX(key, publicKey));
  const noPoint = publicKey.slice();
  noPoint[64] = (noPoint[64] ?? 0) ^ 1;
  return WIDTHS.every((width) => {
    const made = kernel.sharedXs(publicKey, prepared, width);
    const isSame = made?.every((x, i) => equalBytes(x, expected[i] ?? NO_BYTES));
    if (isSame !== true || kernel.sharedXs(noPoint, prepared, width) !== undefined) return false;
    return keys.every((key, index) => {
      const parts = parseEcies(encryptEcies(publicKeyOf(key), new Uint8Array(index * 3)));
      if (!parts) return false;
      const target = { publicKey: parts.ephemeralPublicKey, lastBlocks: eciesLastBlocks(parts) };
      const found = kernel.survivors(target, prepared, width);
      return found.length < keys.length && found.some((survivor) => survivor.index === index);
    });
  });
}

/** Digits of every table that four lanes have, the narrowest and the widest among them. */
const FOUR_WIDTHS = [2, 5, 10];

/**
 * True when the kernel of four lanes multiplies as `kernel` does, which was proved before, for points and
 * for none, and tells the containers apart. Takes about ten milliseconds.
 */
export function proveTrialFour(four: TrialFourKernel, kernel: TrialKernel): boolean {
  const keys = [...EDGE_KEYS, ...Array.from({ length: RANDOM_KEYS }, randomPrivateKey)];
  const prepared = kernel.prepareKeys(keys);
  const publicKeys = Array.from({ length: LANES }, () => publicKeyOf(randomPrivateKey()));
  const noPoint = publicKeyOf(randomPrivateKey());
  noPoint[1] = (noPoint[1] ?? 0) ^ 0x80;
  noPoint[64] = (noPoint[64] ?? 0) ^ 1;
  publicKeys[1] = noPoint;
  const expected = publicKeys.map((publicKey) => kernel.sharedXs(publicKey, prepared) ?? []);
  const targets = keys.slice(0, LANES).flatMap((key) => {
    const parts = parseEcies(encryptEcies(publicKeyOf(key), randomPrivateKey()));
    if (!parts) return [];
    return [{ publicKey: parts.ephemeralPublicKey, lastBlocks: eciesLastBlocks(parts) }];
  });
  return FOUR_WIDTHS.every((width) => {
    const made = four.sharedXs(publicKeys, prepared, width);
    const isSame = expected.every((all, lane) => {
      const own = made?.[lane];
      return own?.length === all.length && own.every((x, i) => equalBytes(x, all[i] ?? NO_BYTES));
    });
    const found = four.survivors(targets, prepared, width);
    return (
      isSame &&
      found?.length === LANES &&
      found.every(
        (some, lane) => some.length < keys.length && some.some(({ index }) => index === lane),
      )
    );
  });
}
