/**
 * How a message that comes again in another object is recognised: by its signature, which covers the
 * whole text. With one trap: ECDSA knows two signatures for each one made, (r, s) and (r, n − s), and
 * whoever can read a message can turn one into the other. Readers of a broadcast and members of a
 * chan could so have everybody shown the same message twice, were the twin not looked for as well.
 */
import { doubleSha512 } from '../crypto/hashes.js';
import { concatBytes, fromHex, toHex } from '../util/bytes.js';

/** Where the hash of a signature starts in its double SHA-512. */
const SIG_HASH_OFFSET = 32;

/** n: the order of secp256k1's base point. Source: SEC 2, 2.4.1. */
const CURVE_ORDER =
  0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;

// SEQUENCE, length, then twice: INTEGER, length, big-endian number.
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const R_LENGTH_OFFSET = 3;

/** The hashes under which a message may have come before; 32 bytes each. */
export interface SignatureHashes {
  /** Stored with the message; equal for repetitions of it. */
  readonly sigHash: Uint8Array;
  /** What {@link sigHash} would be for the twin of the signature. */
  readonly twinSigHash: Uint8Array;
}

/** @param signature verified, hence in strict DER */
export function signatureHashes(signature: Uint8Array): SignatureHashes {
  return { sigHash: hashOf(signature), twinSigHash: hashOf(twinSignature(signature)) };
}

/** Last 32 bytes of the double SHA-512 [class_objectProcessor.py:processmsg]. */
function hashOf(signature: Uint8Array): Uint8Array {
  return doubleSha512(signature).slice(SIG_HASH_OFFSET);
}

/** The signature with n − s for s. @param signature in strict DER */
export function twinSignature(signature: Uint8Array): Uint8Array {
  const rEnd = R_LENGTH_OFFSET + 1 + (signature[R_LENGTH_OFFSET] ?? 0);
  const r = signature.subarray(R_LENGTH_OFFSET - 1, rEnd);
  const s = signature.subarray(rEnd + 2);
  const twin = encodeInteger(CURVE_ORDER - BigInt(`0x${toHex(s)}`));
  return concatBytes(Uint8Array.of(SEQUENCE, r.length + twin.length), r, twin);
}

/** A positive number below 2^256, with a zero byte in front when its first bit is set. */
function encodeInteger(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const bytes = fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
  const number = (bytes[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), bytes) : bytes;
  return concatBytes(Uint8Array.of(INTEGER, number.length), number);
}
