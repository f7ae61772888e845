/** Making the key pairs of an address. Protocol: addresses; [class_addressGenerator.py]. */
import { concatBytes } from '../util/bytes.js';
import { isValidPrivateKey, PRIVATE_KEY_LENGTH, publicKeyOf, randomPrivateKey } from './curve.js';
import { ripemd160, sha512 } from './hashes.js';

/** The two private keys of an address (32 bytes each) and the hash of their public keys (20 bytes). */
export interface AddressKeys {
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  readonly ripe: Uint8Array;
}

/** Keys from a passphrase, and where in its sequence they were found. */
export interface DeterministicKeys extends AddressKeys {
  readonly signingNonce: number;
  readonly encryptionNonce: number;
}

export interface RipeCondition {
  /** At least so many zero bytes at the start of the ripe; each one makes the search 256 times longer. */
  readonly leadingZeroBytes: number;
}

/** Hash (20 bytes) of both public keys (65 bytes each, 04 included): what an address stands for. */
export function ripeOf(signingPublicKey: Uint8Array, encryptionPublicKey: Uint8Array): Uint8Array {
  return ripemd160(sha512(concatBytes(signingPublicKey, encryptionPublicKey)));
}

/** New random keys. Blocks: tens of milliseconds with one zero byte, seconds with two. */
export function createRandomKeys({ leadingZeroBytes }: RipeCondition): AddressKeys {
  const signingKey = randomPrivateKey();
  const signingPublicKey = publicKeyOf(signingKey);
  for (;;) {
    const encryptionKey = randomPrivateKey();
    const ripe = ripeOf(signingPublicKey, publicKeyOf(encryptionKey));
    if (hasLeadingZeros(ripe, leadingZeroBytes)) return { signingKey, encryptionKey, ripe };
  }
}

/** Private key number `nonce` of a passphrase: the first half of SHA-512(passphrase ‖ varint). */
export function deterministicKey(passphrase: Uint8Array, nonce: number): Uint8Array {
  return sha512(concatBytes(passphrase, nonceVarint(nonce))).slice(0, PRIVATE_KEY_LENGTH);
}

/**
 * All addresses' keys of a passphrase, in order. Stream and address version play no part, chans are
 * made the same way. The search goes on behind each hit. Blocks like {@link createRandomKeys}.
 */
export function* deterministicKeys(
  passphrase: Uint8Array,
  { leadingZeroBytes }: RipeCondition,
): Generator<DeterministicKeys, never, undefined> {
  for (let pair = 0; ; pair++) {
    const keys = deterministicPair(passphrase, pair, { leadingZeroBytes });
    if (keys) yield keys;
  }
}

/** Pair number `pair` of a passphrase, from 0; undefined when it makes no such address. */
export function deterministicPair(
  passphrase: Uint8Array,
  pair: number,
  { leadingZeroBytes }: RipeCondition,
): DeterministicKeys | undefined {
  const signingNonce = 2 * pair;
  const encryptionNonce = signingNonce + 1;
  const signingKey = deterministicKey(passphrase, signingNonce);
  const encryptionKey = deterministicKey(passphrase, encryptionNonce);
  if (!isValidPrivateKey(signingKey) || !isValidPrivateKey(encryptionKey)) return undefined;
  const ripe = ripeOf(publicKeyOf(signingKey), publicKeyOf(encryptionKey));
  if (!hasLeadingZeros(ripe, leadingZeroBytes)) return undefined;
  return { signingKey, encryptionKey, ripe, signingNonce, encryptionNonce };
}

function hasLeadingZeros(ripe: Uint8Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (ripe[i] !== 0) return false;
  return true;
}

/** The wire's varint, up to 2^32-1: this layer stands below wire/. */
function nonceVarint(nonce: number): Uint8Array {
  if (nonce < 0xfd) return Uint8Array.of(nonce);
  const wide = nonce > 0xffff;
  const bytes = new Uint8Array(wide ? 5 : 3);
  const view = new DataView(bytes.buffer);
  bytes[0] = wide ? 0xfe : 0xfd;
  if (wide) view.setUint32(1, nonce);
  else view.setUint16(1, nonce);
  return bytes;
}
