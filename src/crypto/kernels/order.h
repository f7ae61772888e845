/*
 * Numbers modulo n, the order of the base point: private keys, and all but the curve's part of a
 * signature. Everything here takes the same time whatever the numbers are.
 */
#ifndef PETREL_ORDER_H
#define PETREL_ORDER_H

#include "masks.h"
#include "safe-inverse.h"

#define WORDS 8

/* Below n; 32 bits a word from the lowest. */
typedef struct {
  uint32_t word[WORDS];
} Number;

static const Number ORDER = {{0xd0364141, 0xbfd25e8c, 0xaf48a03b, 0xbaaedce6, 0xfffffffe, 0xffffffff,
                              0xffffffff, 0xffffffff}};
/* 2^256 - n, which is what 2^256 comes down as. */
#define FOLD_WORDS 5
static const uint32_t ORDER_FOLD[FOLD_WORDS] = {0x2fc9bebf, 0x402da173, 0x50b75fc4, 0x45512319, 1};
static const Modulus ORDER_MODULUS = {
    {{0x10364141, 0x3f497a33, 0x348a03bb, 0x2bb739ab, 0x3ffffeba, 0x3fffffff, 0x3fffffff, 0x3fffffff,
      0xffff}},
    0x2a774ec1,
};

/* r = a - b; all ones when that is negative (and 2^256 was added). */
static inline uint32_t subtractWords(uint32_t *r, const uint32_t *a, const uint32_t *b) {
  int64_t borrow = 0;
  for (int i = 0; i < WORDS; i++) {
    borrow += (int64_t)a[i] - b[i];
    r[i] = (uint32_t)borrow;
    borrow >>= 32;
  }
  return barrier((uint32_t)borrow);
}

static inline uint32_t isZeroNumber(const Number *a) {
  uint32_t any = 0;
  for (int i = 0; i < WORDS; i++) any |= a->word[i];
  return maskOfZero(any);
}

/* r - n where r is not below n, with `above` as the word above the highest. */
static inline void subtractOrder(Number *r, uint32_t above) {
  Number less;
  uint32_t isBelow = subtractWords(less.word, r->word, ORDER.word) & maskOfZero(above);
  chooseWords(r->word, isBelow, r->word, less.word, WORDS);
}

/* r = a + b */
static void addNumbers(Number *r, const Number *a, const Number *b) {
  uint64_t carry = 0;
  for (int i = 0; i < WORDS; i++) {
    carry += (uint64_t)a->word[i] + b->word[i];
    r->word[i] = (uint32_t)carry;
    carry >>= 32;
  }
  subtractOrder(r, (uint32_t)carry);
}

/* n - a, which is n for 0. */
static inline void negateNumber(Number *r, const Number *a) {
  subtractWords(r->word, ORDER.word, a->word);
}

/* What is above 2^256 of `have` words comes down; returns how many words there are then. */
static inline int foldWords(uint32_t *words, int have) {
  uint32_t upper[WORDS];
  int most = have - WORDS;
  for (int i = 0; i < most; i++) {
    upper[i] = words[WORDS + i];
    words[WORDS + i] = 0;
  }
  int end = WORDS > most + FOLD_WORDS ? WORDS + 1 : most + FOLD_WORDS;
  for (int i = 0; i < most; i++) {
    uint64_t carry = 0;
    for (int j = 0; i + j < end; j++) {
      carry += words[i + j];
      if (j < FOLD_WORDS) carry += (uint64_t)upper[i] * ORDER_FOLD[j];
      words[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
  }
  return end;
}

/* r = a b */
static void multiplyNumbers(Number *r, const Number *a, const Number *b) {
  uint32_t product[2 * WORDS + 1] = {0};
  for (int i = 0; i < WORDS; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < WORDS; j++) {
      carry += product[i + j] + (uint64_t)a->word[i] * b->word[j];
      product[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
    product[i + WORDS] = (uint32_t)carry;
  }
  /* Below 2^512, 2^386, 2^260, 2^256 + 2^133. */
  for (int have = 2 * WORDS, i = 0; i < 3; i++) have = foldWords(product, have);
  for (int i = 0; i < WORDS; i++) r->word[i] = product[i];
  subtractOrder(r, product[WORDS]);
}

/* From 32 bytes, big-endian, modulo n. All ones when they are below n as they are. */
static uint32_t numberFromBytes(Number *r, const uint8_t *bytes) {
  Number less;
  for (int i = 0; i < WORDS; i++) {
    const uint8_t *at = bytes + 28 - 4 * i;
    r->word[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
  }
  uint32_t isBelow = subtractWords(less.word, r->word, ORDER.word);
  chooseWords(r->word, isBelow, r->word, less.word, WORDS);
  return isBelow;
}

static void numberToBytes(uint8_t *bytes, const Number *a) {
  for (int i = 0; i < 4 * WORDS; i++) bytes[31 - i] = (uint8_t)(a->word[i / 4] >> 8 * (i % 4));
}

/* 32 bits a word to 30 bits a limb. */
static void wideFromNumber(Wide *r, const Number *a) {
  uint64_t bits = 0;
  int have = 0, limb = 0;
  for (int i = 0; i < WORDS; i++) {
    bits |= (uint64_t)a->word[i] << have;
    have += 32;
    while (have >= STEP_BITS) {
      r->limb[limb++] = (int32_t)(bits & STEP_MASK);
      bits >>= STEP_BITS;
      have -= STEP_BITS;
    }
  }
  r->limb[limb] = (int32_t)bits;
}

static void numberFromWide(Number *r, const Wide *a) {
  uint64_t bits = 0;
  int have = 0, limb = 0;
  for (int i = 0; i < WORDS; i++) {
    while (have < 32) {
      bits |= (uint64_t)(uint32_t)a->limb[limb++] << have;
      have += STEP_BITS;
    }
    r->word[i] = (uint32_t)bits;
    bits >>= 32;
    have -= 32;
  }
}

/* r = 1/a, or 0 for 0. */
static void invertNumber(Number *r, const Number *a) {
  Wide wide;
  wideFromNumber(&wide, a);
  invertSafely(&wide, &ORDER_MODULUS);
  numberFromWide(r, &wide);
}

#endif
