/*
 * Private keys, split for the endomorphism of secp256k1: lambda (x, y) = (beta x, y), so that
 * k = k1 + k2 lambda (modulo n) with two halves below 2^128 needs half the doublings (Gallant,
 * Lambert, Vanstone 2001). The halves are k minus the nearest point of the lattice of all (a, b) with
 * a + b lambda = 0, whose short basis is (a1, b1), (a2, b2).
 */
#ifndef PETREL_SCALAR_H
#define PETREL_SCALAR_H

#include "base.h"

#define HALF_WORDS 4
#define HALF_BITS 128

/* The two halves: absolute values, 32 bits a word from the lowest, and their signs. */
typedef struct {
  uint32_t half[2][HALF_WORDS];
  int32_t isNegative[2];
} Key;

#define LATTICE_WORDS 5
static const uint32_t LATTICE_A1[LATTICE_WORDS] = {0x9284eb15, 0xe86c90e4, 0xa7d46bcd, 0x3086d221, 0};
static const uint32_t LATTICE_MINUS_B1[LATTICE_WORDS] = {0x0abfe4c3, 0x6f547fa9, 0x010e8828,
                                                         0xe4437ed6, 0};
static const uint32_t LATTICE_A2[LATTICE_WORDS] = {0x9d44cfd8, 0x57c1108d, 0xa8e2f3f6, 0x14ca50f7, 1};
#define LATTICE_B2 LATTICE_A1

/* 2^384 b2 / n and -2^384 b1 / n, rounded. */
static const uint32_t ROUND_1[8] = {0x45dbb031, 0xe893209a, 0x71e8ca7f, 0x3daa8a14,
                                     0x9284eb15, 0xe86c90e4, 0xa7d46bcd, 0x3086d221};
static const uint32_t ROUND_2[8] = {0x8ac47f71, 0x1571b4ae, 0x9df506c6, 0x221208ac,
                                     0x0abfe4c4, 0x6f547fa9, 0x010e8828, 0xe4437ed6};

static uint32_t readWord(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* k times factor / 2^384, rounded. */
static void multiplyRound(uint32_t *r, const uint32_t *k, const uint32_t *factor) {
  uint32_t product[16] = {0};
  for (int i = 0; i < 8; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < 8; j++) {
      carry += product[i + j] + (uint64_t)k[i] * factor[j];
      product[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
    product[i + 8] = (uint32_t)carry;
  }
  uint64_t carry = product[11] >> 31;
  for (int i = 0; i < HALF_WORDS; i++) {
    carry += product[12 + i];
    r[i] = (uint32_t)carry;
    carry >>= 32;
  }
}

/* r += or -= c times factor, modulo 2^160. */
static void accumulate(uint32_t *r, const uint32_t *c, const uint32_t *factor, int isMinus) {
  for (int i = 0; i < HALF_WORDS; i++) {
    int64_t carry = 0;
    for (int j = 0; i + j < LATTICE_WORDS; j++) {
      uint64_t product = (uint64_t)c[i] * factor[j];
      uint64_t low = product & 0xffffffff;
      int64_t sum = carry + (int64_t)r[i + j] + (isMinus ? -(int64_t)low : (int64_t)low);
      r[i + j] = (uint32_t)sum;
      carry = (sum >> 32) + (isMinus ? -(int64_t)(product >> 32) : (int64_t)(product >> 32));
    }
  }
}

/* Splits a key of 32 bytes, big-endian, between 1 and n-1. */
static void splitKey(Key *key, const uint8_t *bytes) {
  uint32_t k[8], c1[HALF_WORDS], c2[HALF_WORDS];
  uint32_t halves[2][LATTICE_WORDS] = {{0}};
  for (int i = 0; i < 8; i++) k[i] = readWord(bytes + 28 - 4 * i);
  multiplyRound(c1, k, ROUND_1);
  multiplyRound(c2, k, ROUND_2);
  /* The halves fit 129 bits with their sign, so everything above 2^160 may be left out. */
  for (int i = 0; i < LATTICE_WORDS; i++) halves[0][i] = k[i];
  accumulate(halves[0], c1, LATTICE_A1, 1);
  accumulate(halves[0], c2, LATTICE_A2, 1);
  accumulate(halves[1], c1, LATTICE_MINUS_B1, 0);
  accumulate(halves[1], c2, LATTICE_B2, 1);
  for (int h = 0; h < 2; h++) {
    int isNegative = halves[h][4] >> 31;
    uint64_t carry = isNegative;
    for (int i = 0; i < HALF_WORDS; i++) {
      carry += isNegative ? ~halves[h][i] : halves[h][i];
      key->half[h][i] = (uint32_t)carry;
      carry >>= 32;
    }
    key->isNegative[h] = isNegative;
  }
}

/* `width` bits of a half from bit `at`; zeros above the top. */
static inline uint32_t halfBits(const uint32_t *half, int at, int width) {
  int word = at >> 5, shift = at & 31;
  if (word >= HALF_WORDS) return 0;
  uint64_t two = half[word] | (word + 1 < HALF_WORDS ? (uint64_t)half[word + 1] << 32 : 0);
  return (uint32_t)(two >> shift) & ((1u << width) - 1);
}

#endif
