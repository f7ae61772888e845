/**
 * Encryption to a public key: ECDH, AES-256-CBC and HMAC-SHA-256 in pyelliptic's container.
 * Protocol: encryption; [pyelliptic/ecc.py:raw_encrypt, decrypt].
 *
 * | offset | size | field |
 * |---|---|---|
 * | 0 | 16 | IV |
 * | 16 | 2 | curve, always 714 |
 * | 18 | 2 + 32 | length and X of the ephemeral public key R |
 * | 52 | 2 + 32 | length and Y of R |
 * | 86 | 16 k | ciphertext, k >= 1, PKCS#7 padding |
 * | 86 + 16 k | 32 | MAC of everything before it |
 */
import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';
import { concatBytes } from '../util/bytes.js';
import { randomBytes } from '../util/random.js';
import {
  parsePublicKey,
  PUBLIC_KEY_LENGTH,
  publicKeyOf,
  randomPrivateKey,
  sharedX,
  sharedXWith,
} from './curve.js';
import { CryptoError } from './errors.js';
import { hmacSha256, sha512 } from './hashes.js';

const IV_LENGTH = 16;
const BLOCK_LENGTH = 16;
const MAC_LENGTH = 32;
const COORDINATE_LENGTH = 32;
/** OpenSSL's number of secp256k1. PyBitmessage ignores the field when decrypting; no sender uses another. */
const CURVE_ID = 714;
const CIPHER = 'aes-256-cbc';

/** Bytes that a container has beyond its ciphertext, as this program writes it. */
export const ECIES_OVERHEAD = IV_LENGTH + 2 + 2 * (2 + COORDINATE_LENGTH) + MAC_LENGTH;

/** Length of the container for a plaintext of that many bytes. */
export function eciesLength(plaintextLength: number): number {
  return ECIES_OVERHEAD + BLOCK_LENGTH * (Math.floor(plaintextLength / BLOCK_LENGTH) + 1);
}

/** The parts of a container; the arrays are views of it. */
export interface EciesContainer {
  readonly iv: Uint8Array;
  /** 65 bytes; not yet checked to be on the curve. */
  readonly ephemeralPublicKey: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly mac: Uint8Array;
  /** What the MAC covers: the bytes before it, exactly as received. */
  readonly macInput: Uint8Array;
}

/**
 * Encrypts to a public key of 65 bytes.
 * @param fixed reproduces a known container (tests); otherwise both parts are random
 * @throws CryptoError 'public-key'
 */
export function encryptEcies(
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  fixed?: { readonly ephemeralKey: Uint8Array; readonly iv: Uint8Array },
): Uint8Array {
  const ephemeralKey = fixed?.ephemeralKey ?? randomPrivateKey();
  const iv = fixed?.iv ?? randomBytes(IV_LENGTH);
  const shared = sharedX(ephemeralKey, publicKey);
  if (!shared) throw new CryptoError('public-key', 'not a public key of secp256k1');
  const { cipherKey, macKey } = deriveKeys(shared);
  const cipher = createCipheriv(CIPHER, cipherKey, iv);
  const ciphertext = concatBytes(cipher.update(plaintext), cipher.final());
  const macInput = concatBytes(iv, encodePublicKey(publicKeyOf(ephemeralKey)), ciphertext);
  return concatBytes(macInput, hmacSha256(macKey, macInput));
}

/**
 * The plaintext, or undefined when the container is malformed, damaged or meant for another key:
 * the normal case for most of what arrives.
 * @throws CryptoError 'private-key'
 */
export function decryptEcies(key: Uint8Array, container: Uint8Array): Uint8Array | undefined {
  const parts = parseEcies(container);
  const point = parts && parsePublicKey(parts.ephemeralPublicKey);
  return point && openEcies(parts, sharedXWith(key, point));
}

/** Decrypts with the X coordinate of the shared point; undefined when that is the wrong one. */
export function openEcies(parts: EciesContainer, shared: Uint8Array): Uint8Array | undefined {
  const { cipherKey, macKey } = deriveKeys(shared);
  if (!timingSafeEqual(hmacSha256(macKey, parts.macInput), parts.mac)) return undefined;
  const decipher = createDecipheriv(CIPHER, cipherKey, parts.iv);
  try {
    return concatBytes(decipher.update(parts.ciphertext), decipher.final());
  } catch {
    return undefined; // Wrong padding under a right MAC: the sender's mistake.
  }
}

/**
 * Takes a container apart. Old senders strip leading zeros of the coordinates: lengths 1 to 32 are
 * accepted. Undefined when it is malformed.
 */
export function parseEcies(container: Uint8Array): EciesContainer | undefined {
  const macAt = container.length - MAC_LENGTH;
  const publicKey = new Uint8Array(PUBLIC_KEY_LENGTH);
  publicKey[0] = 0x04;
  if (readU16(container, IV_LENGTH) !== CURVE_ID) return undefined;
  let offset: number | undefined = IV_LENGTH + 2;
  for (const end of [1 + COORDINATE_LENGTH, PUBLIC_KEY_LENGTH]) {
    offset = readCoordinate(container, offset, publicKey.subarray(end - COORDINATE_LENGTH, end));
    if (offset === undefined) return undefined;
  }
  const ciphertextLength = macAt - offset;
  if (ciphertextLength <= 0 || ciphertextLength % BLOCK_LENGTH !== 0) return undefined;
  return {
    iv: container.subarray(0, IV_LENGTH),
    ephemeralPublicKey: publicKey,
    ciphertext: container.subarray(offset, macAt),
    mac: container.subarray(macAt),
    macInput: container.subarray(0, macAt),
  };
}

/**
 * The last block of the ciphertext behind what it is chained to, the block before it or the IV: 32
 * bytes, all that the padding depends on.
 */
export function eciesLastBlocks({ iv, ciphertext }: EciesContainer): Uint8Array {
  const isLong = ciphertext.length > BLOCK_LENGTH;
  return isLong ? ciphertext.slice(-2 * BLOCK_LENGTH) : concatBytes(iv, ciphertext);
}

/** Fills `target` (32 bytes) from the right; returns the offset behind the coordinate. */
function readCoordinate(
  container: Uint8Array,
  offset: number,
  target: Uint8Array,
): number | undefined {
  const length = readU16(container, offset);
  if (length === undefined || length < 1 || length > COORDINATE_LENGTH) return undefined;
  const end = offset + 2 + length;
  if (end > container.length) return undefined;
  target.set(container.subarray(offset + 2, end), COORDINATE_LENGTH - length);
  return end;
}

function readU16(bytes: Uint8Array, offset: number): number | undefined {
  const high = bytes[offset];
  const low = bytes[offset + 1];
  return high === undefined || low === undefined ? undefined : high * 256 + low;
}

function encodePublicKey(publicKey: Uint8Array): Uint8Array {
  const head = Uint8Array.of(CURVE_ID >> 8, CURVE_ID & 0xff);
  const length = Uint8Array.of(0, COORDINATE_LENGTH);
  const x = publicKey.subarray(1, 1 + COORDINATE_LENGTH);
  const y = publicKey.subarray(1 + COORDINATE_LENGTH);
  return concatBytes(head, length, x, length, y);
}

function deriveKeys(shared: Uint8Array): { cipherKey: Uint8Array; macKey: Uint8Array } {
  const derived = sha512(shared);
  return { cipherKey: derived.subarray(0, 32), macKey: derived.subarray(32) };
}
