/**
 * What every SHA-512 here is made of: round constants, initial state, functions of a round, and the
 * message schedule two words at a time. [FIPS 180-4]
 *
 * AssemblyScript, for the kernels that import it; `node scripts/build-kernels.mjs` compiles those.
 */

/** Round constants K[0..79]. [FIPS 180-4 §4.2.3] */
export const ROUND_CONSTANTS: usize = memory.data<u64>([
  0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
  0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
  0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
  0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
  0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
  0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
  0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
  0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
  0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
  0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
  0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
  0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
  0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
  0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
  0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
  0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
  0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
  0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
  0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
  0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
], 16);

/** Initial state. [FIPS 180-4 §5.3.5] */
export const A0: u64 = 0x6a09e667f3bcc908;
export const B0: u64 = 0xbb67ae8584caa73b;
export const C0: u64 = 0x3c6ef372fe94f82b;
export const D0: u64 = 0xa54ff53a5f1d36f1;
export const E0: u64 = 0x510e527fade682d1;
export const F0: u64 = 0x9b05688c2b3e6c1f;
export const G0: u64 = 0x1f83d9abfb41bd6b;
export const H0: u64 = 0x5be0cd19137e2179;

// Functions of a round. [FIPS 180-4 §4.1.3]

@inline
export function bigSigma0(x: u64): u64 {
  return rotr<u64>(x, 28) ^ rotr<u64>(x, 34) ^ rotr<u64>(x, 39);
}
@inline
export function bigSigma1(x: u64): u64 {
  return rotr<u64>(x, 14) ^ rotr<u64>(x, 18) ^ rotr<u64>(x, 41);
}
@inline
export function choose(e: u64, f: u64, g: u64): u64 {
  return ((f ^ g) & e) ^ g;
}
@inline
export function majority(a: u64, b: u64, c: u64): u64 {
  // The next round's b ^ c is this round's a ^ b: in this form the compiler computes it once.
  return ((a ^ b) & (b ^ c)) ^ b;
}
/** T1 of a round; `keyed` is K[t] + W[t]. [FIPS 180-4 §6.4.2] */
@inline
export function t1(h: u64, keyed: u64, e: u64, f: u64, g: u64): u64 {
  return h + keyed + choose(e, f, g) + bigSigma1(e);
}
/** T2 of a round. */
@inline
export function t2(a: u64, b: u64, c: u64): u64 {
  return majority(a, b, c) + bigSigma0(a);
}

// Message schedule: W[t] = W[t-16] + σ0(W[t-15]) + W[t-7] + σ1(W[t-2]). [FIPS 180-4 §6.4.2]

@inline
export function sigma0(x: u64): u64 {
  return rotr<u64>(x, 1) ^ rotr<u64>(x, 8) ^ (x >> 7);
}
@inline
export function sigma1(x: u64): u64 {
  return rotr<u64>(x, 19) ^ rotr<u64>(x, 61) ^ (x >> 6);
}
@inline
export function rotatePair(x: v128, bits: i32): v128 {
  return v128.or(i64x2.shr_u(x, bits), i64x2.shl(x, 64 - bits));
}
@inline
export function sigma0Pair(x: v128): v128 {
  return v128.xor(v128.xor(rotatePair(x, 1), rotatePair(x, 8)), i64x2.shr_u(x, 7));
}
@inline
export function sigma1Pair(x: v128): v128 {
  return v128.xor(v128.xor(rotatePair(x, 19), rotatePair(x, 61)), i64x2.shr_u(x, 6));
}
/** The pair from the second word of `left` on: (left[1], right[0]). */
@inline
export function between(left: v128, right: v128): v128 {
  return v128.shuffle<i64>(left, right, 1, 2);
}
/** SIMD: words t and t+1 from the pairs that begin at t-16, t-14, t-8, t-6 and t-2. */
@inline
export function nextPair(w16: v128, w14: v128, w8: v128, w6: v128, w2: v128): v128 {
  return i64x2.add(
    i64x2.add(w16, sigma0Pair(between(w16, w14))),
    i64x2.add(between(w8, w6), sigma1Pair(w2)),
  );
}
