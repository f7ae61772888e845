/** Hash functions of the protocol: bytes in, bytes out. Protocol: crypto primitives. */
import { createHmac, getHashes, hash } from 'node:crypto';
import { ripemd160 as portableRipemd160 } from '@noble/hashes/legacy.js';
import { NO_BYTES } from '../util/bytes.js';
import { loadSha512Kernel } from './sha512-kernel.js';

/** 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return digest('sha256', data);
}

const kernel = loadSha512Kernel();

/** 64 bytes. */
export function sha512(data: Uint8Array): Uint8Array {
  if (kernel && data.length <= kernel.capacity) return kernel.digest(data, false);
  return digest('sha512', data);
}

/** SHA-512 of the SHA-512, 64 bytes: inventory hashes, address checksums, tags. */
export function doubleSha512(data: Uint8Array): Uint8Array {
  if (kernel && data.length <= kernel.capacity) return kernel.digest(data, true);
  return sha512(sha512(data));
}

/** SHA-256 of the SHA-256, 32 bytes: the checksum of a WIF. */
export function doubleSha256(data: Uint8Array): Uint8Array {
  return sha256(sha256(data));
}

/** 20 bytes. OpenSSL 3 builds may lack it; a portable implementation steps in. */
export const ripemd160: (data: Uint8Array) => Uint8Array = nodeHasRipemd160()
  ? (data) => digest('ripemd160', data)
  : portableRipemd160;

/** HMAC with SHA-256, 32 bytes. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(data).digest());
}

/** 32 bytes: the checksum of version 3 onion names. */
export function sha3_256(data: Uint8Array): Uint8Array {
  return digest('sha3-256', data);
}

// A Buffer may share its memory with others' data; the copy has its own and is a plain Uint8Array.
function digest(algorithm: string, data: Uint8Array): Uint8Array {
  return new Uint8Array(hash(algorithm, data, 'buffer'));
}

function nodeHasRipemd160(): boolean {
  if (!getHashes().includes('ripemd160')) return false;
  try {
    return digest('ripemd160', NO_BYTES).length === 20;
  } catch {
    return false; // Listed, but OpenSSL's legacy provider or the system's policy withholds it.
  }
}
