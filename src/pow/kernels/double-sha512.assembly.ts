/**
 * Double SHA-512 for proof of work: value(nonce) = first 64 bits of SHA512(SHA512(nonce ‖ initialHash)),
 * searched for the first value at most the target. [FIPS 180-4; Protocol: proof of work]
 *
 * AssemblyScript; `node scripts/build-kernels.mjs` compiles it twice: with SIMD128 into
 * double-sha512-simd.wasm and without into double-sha512-scalar.wasm.
 *
 * Both messages (72 and 64 bytes) fit one padded block, so a trial is two compressions from the same
 * initial state. The SIMD build computes the message schedule two words at a time in vectors while
 * the rounds run in scalar registers: the two use different execution ports and overlap. The code is
 * a loop over 16 rounds on purpose: unrolled, it falls out of the processor's decoded-code cache.
 *
 * Use: write 64 bytes at initialHash(), call prepare(), then search() or trial() any number of times.
 */

/** Round constants K[0..79]. [FIPS 180-4 §4.2.3] */
const ROUND_CONSTANTS: usize = memory.data<u64>([
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
const A0: u64 = 0x6a09e667f3bcc908;
const B0: u64 = 0xbb67ae8584caa73b;
const C0: u64 = 0x3c6ef372fe94f82b;
const D0: u64 = 0xa54ff53a5f1d36f1;
const E0: u64 = 0x510e527fade682d1;
const F0: u64 = 0x9b05688c2b3e6c1f;
const G0: u64 = 0x1f83d9abfb41bd6b;
const H0: u64 = 0x5be0cd19137e2179;

/** Bytes of a schedule: 16 words. */
const BLOCK_BYTES: i32 = 128;
/** Where a padded block ends its message and where it says how many bits that has. */
const END_MARK: u64 = 1 << 63;
const NONCE_AND_HASH_BITS: u64 = 576;
const HASH_BITS: u64 = 512;

/** Input: SHA-512 of the object without its nonce, as bytes. */
const INITIAL_HASH: usize = memory.data(64, 16);
/** Words of the padded block nonce ‖ initialHash; word 0 is the nonce and changes with every trial. */
const FIRST_BLOCK: usize = memory.data(128, 16);
/** Words of the padded block that holds the first hash. */
const SECOND_BLOCK: usize = memory.data(128, 16);
/** The first 16 words of either block with their round constants already added. */
const FIRST_KEYED: usize = memory.data(128, 16);
const SECOND_KEYED: usize = memory.data(128, 16);
/** Result of a compression: 8 words. */
const STATE: usize = memory.data(64, 16);
/** SIMD: 16 keyed words on their way from vectors to the rounds. Scalar: ring of the last 16 words. */
const SCHEDULE: usize = memory.data(128, 16);

/** State after round 0 from the initial state: word 0 only adds to these two. */
const ROUND0_T1: u64 =
  H0 + 0x428a2f98d728ae22 + (((F0 ^ G0) & E0) ^ G0) +
  (((E0 >> 14) | (E0 << 50)) ^ ((E0 >> 18) | (E0 << 46)) ^ ((E0 >> 41) | (E0 << 23)));
const ROUND0_E: u64 = D0 + ROUND0_T1;
const ROUND0_A: u64 =
  ROUND0_T1 + (((A0 ^ B0) & (B0 ^ C0)) ^ B0) +
  (((A0 >> 28) | (A0 << 36)) ^ ((A0 >> 34) | (A0 << 30)) ^ ((A0 >> 39) | (A0 << 25)));

// Functions of a round. [FIPS 180-4 §4.1.3]

@inline
function bigSigma0(x: u64): u64 {
  return rotr<u64>(x, 28) ^ rotr<u64>(x, 34) ^ rotr<u64>(x, 39);
}
@inline
function bigSigma1(x: u64): u64 {
  return rotr<u64>(x, 14) ^ rotr<u64>(x, 18) ^ rotr<u64>(x, 41);
}
@inline
function choose(e: u64, f: u64, g: u64): u64 {
  return ((f ^ g) & e) ^ g;
}
@inline
function majority(a: u64, b: u64, c: u64): u64 {
  // The next round's b ^ c is this round's a ^ b: in this form the compiler computes it once.
  return ((a ^ b) & (b ^ c)) ^ b;
}
/** T1 of a round; `keyed` is K[t] + W[t]. [FIPS 180-4 §6.4.2] */
@inline
function t1(h: u64, keyed: u64, e: u64, f: u64, g: u64): u64 {
  return h + keyed + choose(e, f, g) + bigSigma1(e);
}
/** T2 of a round. */
@inline
function t2(a: u64, b: u64, c: u64): u64 {
  return majority(a, b, c) + bigSigma0(a);
}

// Message schedule: W[t] = W[t-16] + σ0(W[t-15]) + W[t-7] + σ1(W[t-2]). [FIPS 180-4 §6.4.2]

@inline
function sigma0(x: u64): u64 {
  return rotr<u64>(x, 1) ^ rotr<u64>(x, 8) ^ (x >> 7);
}
@inline
function sigma1(x: u64): u64 {
  return rotr<u64>(x, 19) ^ rotr<u64>(x, 61) ^ (x >> 6);
}
/** Scalar: the word 16 after the one at `i` takes its place in the ring of 16; returns it keyed. */
@inline
function nextKeyed(i: i32, roundConstants: usize): u64 {
  const word =
    load<u64>(SCHEDULE + 8 * i) +
    sigma0(load<u64>(SCHEDULE + 8 * ((i + 1) & 15))) +
    load<u64>(SCHEDULE + 8 * ((i + 9) & 15)) +
    sigma1(load<u64>(SCHEDULE + 8 * ((i + 14) & 15)));
  store<u64>(SCHEDULE + 8 * i, word);
  return word + load<u64>(roundConstants + 8 * i);
}

@inline
function rotatePair(x: v128, bits: i32): v128 {
  return v128.or(i64x2.shr_u(x, bits), i64x2.shl(x, 64 - bits));
}
@inline
function sigma0Pair(x: v128): v128 {
  return v128.xor(v128.xor(rotatePair(x, 1), rotatePair(x, 8)), i64x2.shr_u(x, 7));
}
@inline
function sigma1Pair(x: v128): v128 {
  return v128.xor(v128.xor(rotatePair(x, 19), rotatePair(x, 61)), i64x2.shr_u(x, 6));
}
/** The pair from the second word of `left` on: (left[1], right[0]). */
@inline
function between(left: v128, right: v128): v128 {
  return v128.shuffle<i64>(left, right, 1, 2);
}
/** SIMD: words t and t+1 from the pairs that begin at t-16, t-14, t-8, t-6 and t-2. */
@inline
function nextPair(w16: v128, w14: v128, w8: v128, w6: v128, w2: v128): v128 {
  return i64x2.add(
    i64x2.add(w16, sigma0Pair(between(w16, w14))),
    i64x2.add(between(w8, w6), sigma1Pair(w2)),
  );
}
/** SIMD: puts a pair with its round constants where the scalar rounds take it from. */
@inline
function keyPair(pair: v128, i: i32, roundConstants: usize): void {
  v128.store(SCHEDULE + 8 * i, i64x2.add(pair, v128.load(roundConstants + 8 * i)));
}

/**
 * One compression from the initial state into STATE.
 * @param block the 16 words; `keyed` the same with round constants added (word 0 of it is not read).
 */
function compress(block: usize, keyed: usize, word0: u64): void {
  // Round 0: every register has moved by one, so round 1 begins with h in the part of a.
  let h: u64 = ROUND0_A + word0;
  let a: u64 = A0;
  let b: u64 = B0;
  let c: u64 = C0;
  let d: u64 = ROUND0_E + word0;
  let e: u64 = E0;
  let f: u64 = F0;
  let g: u64 = G0;

  // Rounds 1 to 15.
  g = t1(g, load<u64>(keyed, 8), d, e, f); c += g; g += t2(h, a, b);
  f = t1(f, load<u64>(keyed, 16), c, d, e); b += f; f += t2(g, h, a);
  e = t1(e, load<u64>(keyed, 24), b, c, d); a += e; e += t2(f, g, h);
  d = t1(d, load<u64>(keyed, 32), a, b, c); h += d; d += t2(e, f, g);
  c = t1(c, load<u64>(keyed, 40), h, a, b); g += c; c += t2(d, e, f);
  b = t1(b, load<u64>(keyed, 48), g, h, a); f += b; b += t2(c, d, e);
  a = t1(a, load<u64>(keyed, 56), f, g, h); e += a; a += t2(b, c, d);
  h = t1(h, load<u64>(keyed, 64), e, f, g); d += h; h += t2(a, b, c);
  g = t1(g, load<u64>(keyed, 72), d, e, f); c += g; g += t2(h, a, b);
  f = t1(f, load<u64>(keyed, 80), c, d, e); b += f; f += t2(g, h, a);
  e = t1(e, load<u64>(keyed, 88), b, c, d); a += e; e += t2(f, g, h);
  d = t1(d, load<u64>(keyed, 96), a, b, c); h += d; d += t2(e, f, g);
  c = t1(c, load<u64>(keyed, 104), h, a, b); g += c; c += t2(d, e, f);
  b = t1(b, load<u64>(keyed, 112), g, h, a); f += b; b += t2(c, d, e);
  a = t1(a, load<u64>(keyed, 120), f, g, h); e += a; a += t2(b, c, d);

  // Rounds 16 to 79, with the schedule that they need.
  const end = ROUND_CONSTANTS + 5 * BLOCK_BYTES;
  if (ASC_FEATURE_SIMD) {
    let w0 = v128.load(block, 0);
    let w2 = v128.load(block, 16);
    let w4 = v128.load(block, 32);
    let w6 = v128.load(block, 48);
    let w8 = v128.load(block, 64);
    let w10 = v128.load(block, 80);
    let w12 = v128.load(block, 96);
    let w14 = v128.load(block, 112);
    for (let k = ROUND_CONSTANTS + BLOCK_BYTES; k < end; k += BLOCK_BYTES) {
      w0 = nextPair(w0, w2, w8, w10, w14); keyPair(w0, 0, k);
      h = t1(h, load<u64>(SCHEDULE, 0), e, f, g); d += h; h += t2(a, b, c);
      g = t1(g, load<u64>(SCHEDULE, 8), d, e, f); c += g; g += t2(h, a, b);
      w2 = nextPair(w2, w4, w10, w12, w0); keyPair(w2, 2, k);
      f = t1(f, load<u64>(SCHEDULE, 16), c, d, e); b += f; f += t2(g, h, a);
      e = t1(e, load<u64>(SCHEDULE, 24), b, c, d); a += e; e += t2(f, g, h);
      w4 = nextPair(w4, w6, w12, w14, w2); keyPair(w4, 4, k);
      d = t1(d, load<u64>(SCHEDULE, 32), a, b, c); h += d; d += t2(e, f, g);
      c = t1(c, load<u64>(SCHEDULE, 40), h, a, b); g += c; c += t2(d, e, f);
      w6 = nextPair(w6, w8, w14, w0, w4); keyPair(w6, 6, k);
      b = t1(b, load<u64>(SCHEDULE, 48), g, h, a); f += b; b += t2(c, d, e);
      a = t1(a, load<u64>(SCHEDULE, 56), f, g, h); e += a; a += t2(b, c, d);
      w8 = nextPair(w8, w10, w0, w2, w6); keyPair(w8, 8, k);
      h = t1(h, load<u64>(SCHEDULE, 64), e, f, g); d += h; h += t2(a, b, c);
      g = t1(g, load<u64>(SCHEDULE, 72), d, e, f); c += g; g += t2(h, a, b);
      w10 = nextPair(w10, w12, w2, w4, w8); keyPair(w10, 10, k);
      f = t1(f, load<u64>(SCHEDULE, 80), c, d, e); b += f; f += t2(g, h, a);
      e = t1(e, load<u64>(SCHEDULE, 88), b, c, d); a += e; e += t2(f, g, h);
      w12 = nextPair(w12, w14, w4, w6, w10); keyPair(w12, 12, k);
      d = t1(d, load<u64>(SCHEDULE, 96), a, b, c); h += d; d += t2(e, f, g);
      c = t1(c, load<u64>(SCHEDULE, 104), h, a, b); g += c; c += t2(d, e, f);
      w14 = nextPair(w14, w0, w6, w8, w12); keyPair(w14, 14, k);
      b = t1(b, load<u64>(SCHEDULE, 112), g, h, a); f += b; b += t2(c, d, e);
      a = t1(a, load<u64>(SCHEDULE, 120), f, g, h); e += a; a += t2(b, c, d);
    }
  } else {
    memory.copy(SCHEDULE, block, BLOCK_BYTES);
    for (let k = ROUND_CONSTANTS + BLOCK_BYTES; k < end; k += BLOCK_BYTES) {
      h = t1(h, nextKeyed(0, k), e, f, g); d += h; h += t2(a, b, c);
      g = t1(g, nextKeyed(1, k), d, e, f); c += g; g += t2(h, a, b);
      f = t1(f, nextKeyed(2, k), c, d, e); b += f; f += t2(g, h, a);
      e = t1(e, nextKeyed(3, k), b, c, d); a += e; e += t2(f, g, h);
      d = t1(d, nextKeyed(4, k), a, b, c); h += d; d += t2(e, f, g);
      c = t1(c, nextKeyed(5, k), h, a, b); g += c; c += t2(d, e, f);
      b = t1(b, nextKeyed(6, k), g, h, a); f += b; b += t2(c, d, e);
      a = t1(a, nextKeyed(7, k), f, g, h); e += a; a += t2(b, c, d);
      h = t1(h, nextKeyed(8, k), e, f, g); d += h; h += t2(a, b, c);
      g = t1(g, nextKeyed(9, k), d, e, f); c += g; g += t2(h, a, b);
      f = t1(f, nextKeyed(10, k), c, d, e); b += f; f += t2(g, h, a);
      e = t1(e, nextKeyed(11, k), b, c, d); a += e; e += t2(f, g, h);
      d = t1(d, nextKeyed(12, k), a, b, c); h += d; d += t2(e, f, g);
      c = t1(c, nextKeyed(13, k), h, a, b); g += c; c += t2(d, e, f);
      b = t1(b, nextKeyed(14, k), g, h, a); f += b; b += t2(c, d, e);
      a = t1(a, nextKeyed(15, k), f, g, h); e += a; a += t2(b, c, d);
    }
  }

  store<u64>(STATE, a + A0, 0);
  store<u64>(STATE, b + B0, 8);
  store<u64>(STATE, c + C0, 16);
  store<u64>(STATE, d + D0, 24);
  store<u64>(STATE, e + E0, 32);
  store<u64>(STATE, f + F0, 40);
  store<u64>(STATE, g + G0, 48);
  store<u64>(STATE, h + H0, 56);
}

/** Words of the first hash into the second block, plain and keyed. */
@inline
function hashToSecondBlock(): void {
  if (ASC_FEATURE_SIMD) {
    for (let at = 0; at < 64; at += 16) {
      const pair = v128.load(STATE + at);
      v128.store(SECOND_BLOCK + at, pair);
      v128.store(SECOND_KEYED + at, i64x2.add(pair, v128.load(ROUND_CONSTANTS + at)));
    }
  } else {
    for (let at = 0; at < 64; at += 8) {
      const word = load<u64>(STATE + at);
      store<u64>(SECOND_BLOCK + at, word);
      store<u64>(SECOND_KEYED + at, word + load<u64>(ROUND_CONSTANTS + at));
    }
  }
}

/** Where the 64 bytes of the initial hash are to be written. */
export function initialHash(): usize {
  return INITIAL_HASH;
}

/** Takes over the initial hash for the trials that follow. */
export function prepare(): void {
  for (let i = 0; i < 8; i++) {
    store<u64>(FIRST_BLOCK + 8 + 8 * i, bswap<u64>(load<u64>(INITIAL_HASH + 8 * i)));
  }
  store<u64>(FIRST_BLOCK, END_MARK, 72);
  store<u64>(FIRST_BLOCK, NONCE_AND_HASH_BITS, 120);
  store<u64>(SECOND_BLOCK, END_MARK, 64);
  store<u64>(SECOND_BLOCK, HASH_BITS, 120);
  for (let at = 0; at < BLOCK_BYTES; at += 8) {
    const key = load<u64>(ROUND_CONSTANTS + at);
    store<u64>(FIRST_KEYED + at, key + load<u64>(FIRST_BLOCK + at));
    store<u64>(SECOND_KEYED + at, key + load<u64>(SECOND_BLOCK + at));
  }
}

/** The value of one nonce. */
export function trial(nonce: u64): u64 {
  store<u64>(FIRST_BLOCK, nonce);
  compress(FIRST_BLOCK, FIRST_KEYED, nonce);
  hashToSecondBlock();
  compress(SECOND_BLOCK, SECOND_KEYED, load<u64>(STATE));
  return load<u64>(STATE);
}

/**
 * Tries `count` nonces from `start` (at least 1) on.
 * @returns the first whose value is at most `target`, or 0.
 */
export function search(start: u64, count: u64, target: u64): u64 {
  for (let nonce = start; nonce - start < count; nonce++) {
    if (trial(nonce) <= target) return nonce;
  }
  return 0;
}
