/*
 * Choices that depend on secrets, without branches and without indices. A mask is all ones or all
 * zeros. The barrier keeps the compiler from seeing that, and so from making a branch of it.
 */
#ifndef PETREL_MASKS_H
#define PETREL_MASKS_H

#include "base.h"

static inline uint32_t barrier(uint32_t value) {
  __asm__("" : "+r"(value));
  return value;
}

/* All ones when the number is 0. */
static inline uint32_t maskOfZero(uint32_t value) {
  return barrier(0 - ((~value & (value - 1)) >> 31));
}

/* All ones when the lowest bit is set. */
static inline uint32_t maskOfBit(uint32_t value) { return barrier(0 - (value & 1)); }

/* `mask` ? a : b, for each of the words. */
static inline void chooseWords(uint32_t *r, uint32_t mask, const uint32_t *a, const uint32_t *b,
                               int words) {
  for (int i = 0; i < words; i++) r[i] = b[i] ^ ((a[i] ^ b[i]) & mask);
}

#endif
