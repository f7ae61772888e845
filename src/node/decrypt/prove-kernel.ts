import type { TrialKernel } from '../../crypto/curve-kernel.js';
import { publicKeyOf, randomPrivateKey, sharedX } from '../../crypto/curve.js';
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
