import { parsePublicKey, sharedXWith } from '../../crypto/curve.js';
import { openEcies, parseEcies } from '../../crypto/ecies.js';
import { shuffle } from '../../util/random.js';
import type { Opened, TrialKey } from './decrypt-service.js';

/**
 * Tries every key, in random order and without stopping at a hit: neither the time taken nor the
 * moment of a hit tells which key it was. The container is parsed and its point checked once.
 * @throws CryptoError 'private-key'
 */
export function tryKeys(container: Uint8Array, keys: readonly TrialKey[]): Opened[] {
  const parts = parseEcies(container);
  const point = parts && parsePublicKey(parts.ephemeralPublicKey);
  if (!point) return [];
  const opened: Opened[] = [];
  for (const { id, key } of shuffle([...keys])) {
    const plaintext = openEcies(parts, sharedXWith(key, point));
    if (plaintext) opened.push({ id, plaintext });
  }
  return opened;
}
