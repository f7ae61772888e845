/* RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996) of the 64 bytes of a SHA-512. */
#ifndef PETREL_RIPEMD160_H
#define PETREL_RIPEMD160_H

#include "aes.h"
#include "base.h"

/* Both lines: which word of the block a step takes, and how far it turns. */
static const uint8_t LEFT_WORD[80] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9,
    5, 2, 14, 11, 8, 3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12, 1, 9, 11, 10, 0, 8,
    12, 4, 13, 3, 7, 15, 14, 5, 6, 2, 4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13};
static const uint8_t RIGHT_WORD[80] = {
    5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12, 6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8,
    12, 4, 9, 1, 2, 15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13, 8, 6, 4, 1, 3, 11,
    15, 0, 5, 12, 2, 13, 9, 7, 10, 14, 12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11};
static const uint8_t LEFT_TURN[80] = {
    11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15,
    9, 11, 7, 13, 12, 11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14, 15,
    9, 8, 9, 14, 5, 6, 8, 6, 5, 12, 9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6};
static const uint8_t RIGHT_TURN[80] = {
    8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12,
    7, 6, 15, 13, 11, 9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14, 14,
    6, 14, 6, 9, 12, 9, 12, 5, 15, 8, 8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11};
static const uint32_t LEFT_CONSTANT[5] = {0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e};
static const uint32_t RIGHT_CONSTANT[5] = {0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0};

static inline uint32_t mixBits(int kind, uint32_t x, uint32_t y, uint32_t z) {
  switch (kind) {
    case 0: return x ^ y ^ z;
    case 1: return (x & y) | (~x & z);
    case 2: return (x | ~y) ^ z;
    case 3: return (x & z) | (y & ~z);
    default: return x ^ (y | ~z);
  }
}

static inline void ripemdStep(uint32_t *s, uint32_t mixed, uint32_t word, int turn) {
  uint32_t t = rotate32(s[0] + mixed + word, 32 - turn) + s[4];
  s[0] = s[4];
  s[4] = s[3];
  s[3] = rotate32(s[2], 22);
  s[2] = s[1];
  s[1] = t;
}

static OUTLINE void ripemdBlock(uint32_t *state, const uint32_t *block) {
  uint32_t a[5], b[5];
  for (int i = 0; i < 5; i++) a[i] = b[i] = state[i];
#pragma clang loop unroll(full)
  for (int round = 0; round < 5; round++)
#pragma clang loop unroll(full)
    for (int i = 16 * round; i < 16 * round + 16; i++) {
      ripemdStep(a, mixBits(round, a[1], a[2], a[3]) + LEFT_CONSTANT[round], block[LEFT_WORD[i]],
                 LEFT_TURN[i]);
      ripemdStep(b, mixBits(4 - round, b[1], b[2], b[3]) + RIGHT_CONSTANT[round],
                 block[RIGHT_WORD[i]], RIGHT_TURN[i]);
    }
  uint32_t t = state[1] + a[2] + b[3];
  state[1] = state[2] + a[3] + b[4];
  state[2] = state[3] + a[4] + b[0];
  state[3] = state[4] + a[0] + b[1];
  state[4] = state[0] + a[1] + b[2];
  state[0] = t;
}

/* Five words, the first byte of the hash being the lowest of the first word. */
static void ripemd160(uint32_t *state, const uint64_t *sha512Words) {
  static const uint32_t START[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  /* Behind the 64 bytes: a bit, zeros, the length of 512 bits. */
  static const uint32_t END[16] = {[0] = 0x80, [14] = 512};
  uint32_t block[16];
  for (int i = 0; i < 8; i++) {
    uint64_t word = __builtin_bswap64(sha512Words[i]);
    block[2 * i] = (uint32_t)word;
    block[2 * i + 1] = (uint32_t)(word >> 32);
  }
  for (int i = 0; i < 5; i++) state[i] = START[i];
  ripemdBlock(state, block);
  ripemdBlock(state, END);
}

#endif
