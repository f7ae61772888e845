/**
 * SHA-512 of short messages, once or twice: what each packet and each object costs. For a kilobyte a
 * call of node:crypto takes several times as long as the hash itself. [FIPS 180-4 §6.4]
 *
 * AssemblyScript with SIMD128; `node scripts/build-kernels.mjs` compiles it into sha512.wasm. The
 * schedule is computed two words at a time in vectors while the rounds run in scalar registers, in a
 * loop over 16 rounds: see double-sha512.assembly.ts in src/pow/kernels for why.
 *
 * Use: write up to capacity() bytes at input(), call hash() or hashTwice(), read 64 bytes at output().
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
  nextPair,
  ROUND_CONSTANTS,
  t1,
  t2,
} from './sha512-parts.assembly';

const BLOCK_BYTES: i32 = 128;
const HASH_BYTES: i32 = 64;
/** Longest message: longer ones are quicker in OpenSSL, call included. */
const CAPACITY: i32 = 2048;
/** Where a message ends, and the last 16 bytes of its last block: how many bits it has. */
const END_MARK: u8 = 0x80;
const LENGTH_BYTES: i32 = 16;

/** The message and its padding. */
const INPUT: usize = memory.data(CAPACITY + 2 * BLOCK_BYTES, 16);
/** State between blocks: 8 words. */
const STATE: usize = memory.data(64, 16);
/** 16 words with their round constants, on their way from vectors to the rounds. */
const KEYED: usize = memory.data(128, 16);
const OUTPUT: usize = memory.data(64, 16);

/** Two words of the message: big-endian bytes. */
@inline
function loadPair(at: usize): v128 {
  const pair = v128.load(at);
  return v128.shuffle<i8>(pair, pair, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
}

@inline
function key(pair: v128, i: i32, roundConstants: usize): void {
  v128.store(KEYED + 8 * i, i64x2.add(pair, v128.load(roundConstants + 8 * i)));
}

/** One block of the message into STATE. */
function compress(block: usize): void {
  let w0 = loadPair(block);
  let w2 = loadPair(block + 16);
  let w4 = loadPair(block + 32);
  let w6 = loadPair(block + 48);
  let w8 = loadPair(block + 64);
  let w10 = loadPair(block + 80);
  let w12 = loadPair(block + 96);
  let w14 = loadPair(block + 112);
  let a = load<u64>(STATE, 0);
  let b = load<u64>(STATE, 8);
  let c = load<u64>(STATE, 16);
  let d = load<u64>(STATE, 24);
  let e = load<u64>(STATE, 32);
  let f = load<u64>(STATE, 40);
  let g = load<u64>(STATE, 48);
  let h = load<u64>(STATE, 56);

  key(w0, 0, ROUND_CONSTANTS);
  key(w2, 2, ROUND_CONSTANTS);
  key(w4, 4, ROUND_CONSTANTS);
  key(w6, 6, ROUND_CONSTANTS);
  key(w8, 8, ROUND_CONSTANTS);
  key(w10, 10, ROUND_CONSTANTS);
  key(w12, 12, ROUND_CONSTANTS);
  key(w14, 14, ROUND_CONSTANTS);

  // A pair is ready a whole turn before its rounds: that leaves time for the way through memory. What
  // the last turn makes for a next one is not used.
  const end = ROUND_CONSTANTS + 6 * BLOCK_BYTES;
  for (let k = ROUND_CONSTANTS + BLOCK_BYTES; k < end; k += BLOCK_BYTES) {
    h = t1(h, load<u64>(KEYED, 0), e, f, g); d += h; h += t2(a, b, c);
    g = t1(g, load<u64>(KEYED, 8), d, e, f); c += g; g += t2(h, a, b);
    w0 = nextPair(w0, w2, w8, w10, w14); key(w0, 0, k);
    f = t1(f, load<u64>(KEYED, 16), c, d, e); b += f; f += t2(g, h, a);
    e = t1(e, load<u64>(KEYED, 24), b, c, d); a += e; e += t2(f, g, h);
    w2 = nextPair(w2, w4, w10, w12, w0); key(w2, 2, k);
    d = t1(d, load<u64>(KEYED, 32), a, b, c); h += d; d += t2(e, f, g);
    c = t1(c, load<u64>(KEYED, 40), h, a, b); g += c; c += t2(d, e, f);
    w4 = nextPair(w4, w6, w12, w14, w2); key(w4, 4, k);
    b = t1(b, load<u64>(KEYED, 48), g, h, a); f += b; b += t2(c, d, e);
    a = t1(a, load<u64>(KEYED, 56), f, g, h); e += a; a += t2(b, c, d);
    w6 = nextPair(w6, w8, w14, w0, w4); key(w6, 6, k);
    h = t1(h, load<u64>(KEYED, 64), e, f, g); d += h; h += t2(a, b, c);
    g = t1(g, load<u64>(KEYED, 72), d, e, f); c += g; g += t2(h, a, b);
    w8 = nextPair(w8, w10, w0, w2, w6); key(w8, 8, k);
    f = t1(f, load<u64>(KEYED, 80), c, d, e); b += f; f += t2(g, h, a);
    e = t1(e, load<u64>(KEYED, 88), b, c, d); a += e; e += t2(f, g, h);
    w10 = nextPair(w10, w12, w2, w4, w8); key(w10, 10, k);
    d = t1(d, load<u64>(KEYED, 96), a, b, c); h += d; d += t2(e, f, g);
    c = t1(c, load<u64>(KEYED, 104), h, a, b); g += c; c += t2(d, e, f);
    w12 = nextPair(w12, w14, w4, w6, w10); key(w12, 12, k);
    b = t1(b, load<u64>(KEYED, 112), g, h, a); f += b; b += t2(c, d, e);
    a = t1(a, load<u64>(KEYED, 120), f, g, h); e += a; a += t2(b, c, d);
    w14 = nextPair(w14, w0, w6, w8, w12); key(w14, 14, k);
  }

  store<u64>(STATE, load<u64>(STATE, 0) + a, 0);
  store<u64>(STATE, load<u64>(STATE, 8) + b, 8);
  store<u64>(STATE, load<u64>(STATE, 16) + c, 16);
  store<u64>(STATE, load<u64>(STATE, 24) + d, 24);
  store<u64>(STATE, load<u64>(STATE, 32) + e, 32);
  store<u64>(STATE, load<u64>(STATE, 40) + f, 40);
  store<u64>(STATE, load<u64>(STATE, 48) + g, 48);
  store<u64>(STATE, load<u64>(STATE, 56) + h, 56);
}

/** Where the message is to be written. */
export function input(): usize {
  return INPUT;
}

/** Longest message, bytes. */
export function capacity(): i32 {
  return CAPACITY;
}

/** Where the 64 bytes of the result are. */
export function output(): usize {
  return OUTPUT;
}

/** @param length of the message, 0 to capacity() */
export function hash(length: i32): void {
  const blocks = (length + LENGTH_BYTES + BLOCK_BYTES) / BLOCK_BYTES;
  const end = INPUT + blocks * BLOCK_BYTES;
  memory.fill(INPUT + length, 0, end - INPUT - length);
  store<u8>(INPUT + length, END_MARK);
  store<u64>(end - 8, bswap<u64>(8 * <u64>length));
  store<u64>(STATE, A0, 0);
  store<u64>(STATE, B0, 8);
  store<u64>(STATE, C0, 16);
  store<u64>(STATE, D0, 24);
  store<u64>(STATE, E0, 32);
  store<u64>(STATE, F0, 40);
  store<u64>(STATE, G0, 48);
  store<u64>(STATE, H0, 56);
  for (let block = INPUT; block < end; block += BLOCK_BYTES) compress(block);
  for (let at = 0; at < HASH_BYTES; at += 8) {
    store<u64>(OUTPUT + at, bswap<u64>(load<u64>(STATE + at)));
  }
}

/** The hash of the hash. */
export function hashTwice(length: i32): void {
  hash(length);
  memory.copy(INPUT, OUTPUT, HASH_BYTES);
  hash(HASH_BYTES);
}
