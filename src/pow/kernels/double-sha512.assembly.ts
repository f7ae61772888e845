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

import {
  A0,
  B0,
  C0,
  D0,
  E0,
  F0,
  G0,
  H0,
  ROUND_CONSTANTS,
  nextPair,
  sigma0,
  sigma1,
  t1,
  t2,
} from '../../crypto/kernels/sha512-parts.assembly';

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
