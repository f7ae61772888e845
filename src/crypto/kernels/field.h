/*
 * Numbers modulo p = 2^256 - 2^32 - 977, the field of secp256k1.
 *
 * A number is nine signed limbs of 29 bits: value = sum of limb[i] * 2^(29 i). Nine instead of the
 * ten limbs of 26 bits that unsigned code needs, because signs make differences free: no multiple
 * of p has to be added before subtracting. Limbs are "tidy" when -2^15 <= limb <= 2^29 + 2^15; every
 * function here returns tidy limbs. A product's column has at most nine terms, so
 *
 *     9 * |a| * |b| * scale < 2^63   with |a|, |b| the largest limbs
 *
 * which lets one factor be three times tidy (or a scale of 3 be asked for), and a difference of two
 * tidy numbers counts as tidy. 2^261 = 2^37 + 31264 modulo p, so a limb above the ninth comes down
 * as 31264 times itself, and 256 times itself one limb higher.
 */
#ifndef PETREL_FIELD_H
#define PETREL_FIELD_H

#include "masks.h"

#define LIMBS 9
#define LIMB_BITS 29
#define LIMB_MASK ((1LL << LIMB_BITS) - 1)
#define FOLD_LOW 31264LL
#define FOLD_HIGH 256LL

typedef struct {
  int32_t limb[LIMBS];
} Field;

static const Field FIELD_ONE = {{1}};

static inline void fieldAdd(Field *r, const Field *a, const Field *b) {
  for (int i = 0; i < LIMBS; i++) r->limb[i] = a->limb[i] + b->limb[i];
}

static inline void fieldSub(Field *r, const Field *a, const Field *b) {
  for (int i = 0; i < LIMBS; i++) r->limb[i] = a->limb[i] - b->limb[i];
}

static inline void fieldNegate(Field *r) {
  for (int i = 0; i < LIMBS; i++) r->limb[i] = -r->limb[i];
}

/* Brings 17 columns of a product, with anything added to the lowest nine, down to tidy limbs. */
static inline void fieldReduce(Field *r, int64_t *c) {
  int64_t top[LIMBS];
  for (int i = 0; i < LIMBS - 2; i++) {
    top[i] = c[LIMBS + i] & LIMB_MASK;
    c[LIMBS + i + 1] += c[LIMBS + i] >> LIMB_BITS;
  }
  top[7] = c[16] & LIMB_MASK;
  top[8] = c[16] >> LIMB_BITS;
  /* The last one's upper part lands above the ninth limb again, and comes down a second time. */
  int64_t again = top[8] * FOLD_HIGH;
  c[0] += top[0] * FOLD_LOW + again * FOLD_LOW;
  c[1] += top[1] * FOLD_LOW + top[0] * FOLD_HIGH + again * FOLD_HIGH;
  for (int i = 2; i < LIMBS; i++) c[i] += top[i] * FOLD_LOW + top[i - 1] * FOLD_HIGH;
  for (int i = 0; i < LIMBS - 1; i++) {
    c[i + 1] += c[i] >> LIMB_BITS;
    c[i] &= LIMB_MASK;
  }
  int64_t over = c[8] >> LIMB_BITS;
  c[8] &= LIMB_MASK;
  c[0] += over * FOLD_LOW;
  c[1] += over * FOLD_HIGH + (c[0] >> LIMB_BITS);
  c[0] &= LIMB_MASK;
  c[2] += c[1] >> LIMB_BITS;
  c[1] &= LIMB_MASK;
  for (int i = 0; i < LIMBS; i++) r->limb[i] = (int32_t)c[i];
}

static inline void fieldColumns(int64_t *c, const Field *a, const Field *b) {
  int64_t x[LIMBS], y[LIMBS];
  for (int i = 0; i < LIMBS; i++) x[i] = a->limb[i], y[i] = b->limb[i];
#pragma clang loop unroll(full)
  for (int k = 0; k < 2 * LIMBS - 1; k++) {
    int64_t sum = 0;
#pragma clang loop unroll(full)
    for (int i = 0; i < LIMBS; i++)
      if (k - i >= 0 && k - i < LIMBS) sum += x[i] * y[k - i];
    c[k] = sum;
  }
}

static inline void fieldSquareColumns(int64_t *c, const Field *a) {
  int64_t x[LIMBS];
  for (int i = 0; i < LIMBS; i++) x[i] = a->limb[i];
#pragma clang loop unroll(full)
  for (int k = 0; k < 2 * LIMBS - 1; k++) {
    int64_t sum = 0;
#pragma clang loop unroll(full)
    for (int i = 0; i < LIMBS; i++)
      if (k - i > i && k - i < LIMBS) sum += x[i] * x[k - i];
    sum += sum;
    if (k % 2 == 0) sum += x[k / 2] * x[k / 2];
    c[k] = sum;
  }
}

/* r = a b */
static OUTLINE void fieldMul(Field *r, const Field *a, const Field *b) {
  int64_t c[2 * LIMBS - 1];
  fieldColumns(c, a, b);
  fieldReduce(r, c);
}

/* r = a b - m times z, with m below 2^20 */
static OUTLINE void fieldMulSub(Field *r, const Field *a, const Field *b, const Field *z, int64_t m) {
  int64_t c[2 * LIMBS - 1];
  fieldColumns(c, a, b);
  for (int i = 0; i < LIMBS; i++) c[i] -= m * z->limb[i];
  fieldReduce(r, c);
}

/* r = a a */
static OUTLINE void fieldSquare(Field *r, const Field *a) {
  int64_t c[2 * LIMBS - 1];
  fieldSquareColumns(c, a);
  fieldReduce(r, c);
}

/* r = 3 a a */
static OUTLINE void fieldSquare3(Field *r, const Field *a) {
  int64_t c[2 * LIMBS - 1];
  fieldSquareColumns(c, a);
  for (int i = 0; i < 2 * LIMBS - 1; i++) c[i] *= 3;
  fieldReduce(r, c);
}

/* r = a a - y - m times z, with m below 2^20 */
static OUTLINE void fieldSquareSub(Field *r, const Field *a, const Field *y, const Field *z,
                                   int64_t m) {
  int64_t c[2 * LIMBS - 1];
  fieldSquareColumns(c, a);
  for (int i = 0; i < LIMBS; i++) c[i] -= y->limb[i] + m * z->limb[i];
  fieldReduce(r, c);
}

/* The one form with 0 <= value < p, limbs of 29 bits. */
static void fieldNormalize(Field *r) {
  static const int32_t PRIME[LIMBS] = {0x1ffffc2f, 0x1ffffff7, 0x1fffffff, 0x1fffffff, 0x1fffffff,
                                       0x1fffffff, 0x1fffffff, 0x1fffffff, 0xffffff};
  int64_t c[LIMBS];
  /* 64 p on top, so that nothing is negative. */
  for (int i = 0; i < LIMBS; i++) c[i] = r->limb[i] + 64 * (int64_t)PRIME[i];
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < LIMBS - 1; i++) {
      c[i + 1] += c[i] >> LIMB_BITS;
      c[i] &= LIMB_MASK;
    }
    /* What is above 2^256 (bit 24 of the last limb) comes down as 2^32 + 977. */
    int64_t over = c[8] >> 24;
    c[8] &= 0xffffff;
    c[0] += over * 977;
    c[1] += over << 3;
  }
  for (int i = 0; i < LIMBS - 1; i++) {
    c[i + 1] += c[i] >> LIMB_BITS;
    c[i] &= LIMB_MASK;
  }
  int64_t d[LIMBS], borrow = 0;
  for (int i = 0; i < LIMBS; i++) {
    d[i] = c[i] - PRIME[i] + borrow;
    borrow = d[i] >> LIMB_BITS;
    d[i] &= LIMB_MASK;
  }
  /* By a mask: the number may be a secret. */
  int64_t isBelow = (int32_t)barrier((uint32_t)borrow);
  for (int i = 0; i < LIMBS; i++) r->limb[i] = (int32_t)(d[i] ^ ((c[i] ^ d[i]) & isBelow));
}

static int fieldIsZero(const Field *a) {
  /* A tidy number is below 64 p, so one that is 0 modulo p has a first limb of 0 or +-977 times a
   * number up to 64, borrowed from the rest: nearly all others are told from that at once. */
  int32_t low = a->limb[0] & (int32_t)LIMB_MASK;
  if (low > 64 * 977 && low < (int32_t)LIMB_MASK - 64 * 977) return 0;
  Field n = *a;
  int32_t any = 0;
  fieldNormalize(&n);
  for (int i = 0; i < LIMBS; i++) any |= n.limb[i];
  return any == 0;
}

/* From 32 bytes, big-endian; 0 when the value is not below p. */
static int fieldFromBytes(Field *r, const uint8_t *bytes) {
  uint64_t bits = 0;
  int have = 0, limb = 0;
  for (int i = 31; i >= 0; i--) {
    bits |= (uint64_t)bytes[i] << have;
    have += 8;
    if (have >= LIMB_BITS) {
      r->limb[limb++] = (int32_t)(bits & LIMB_MASK);
      bits >>= LIMB_BITS;
      have -= LIMB_BITS;
    }
  }
  r->limb[limb] = (int32_t)bits;
  Field n = *r;
  fieldNormalize(&n);
  for (int i = 0; i < LIMBS; i++)
    if (n.limb[i] != r->limb[i]) return 0;
  return 1;
}

/* To 32 bytes, big-endian. */
static void fieldToBytes(uint8_t *bytes, const Field *a) {
  Field n = *a;
  fieldNormalize(&n);
  uint64_t bits = 0;
  int have = 0, limb = 0;
  for (int i = 31; i >= 0; i--) {
    if (have < 8) {
      bits |= (uint64_t)(limb < LIMBS ? n.limb[limb] : 0) << have;
      limb++;
      have += LIMB_BITS;
    }
    bytes[i] = (uint8_t)bits;
    bits >>= 8;
    have -= 8;
  }
}

#endif
