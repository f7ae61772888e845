/*
 * Four numbers of the field at a time (see field.h), one in each lane of nine vectors of 32 bits: the same
 * sums for four different points. A product's columns have 64 bits, so they are two vectors, for the
 * lower and the upper two lanes.
 */
#ifndef PETREL_FIELD_FOUR_H
#define PETREL_FIELD_FOUR_H

#include <wasm_simd128.h>

#include "inverse.h"

#define LANES 4

typedef struct {
  v128_t limb[LIMBS];
} FieldFour;

typedef struct {
  v128_t low, high;
} Column;

/*
 * Vectors have no arithmetic shift of 64 bits at a fair price. With 2^63 on top no column is negative,
 * and a logical shift gives the carry with 2^34 on top, which the next column's bias makes up for.
 */
#define BIAS (1ULL << 63)
#define CARRY_BIAS (BIAS >> LIMB_BITS)

static inline void fourFromLane(FieldFour *r, const Field *a, int lane) {
  for (int i = 0; i < LIMBS; i++) ((int32_t *)&r->limb[i])[lane] = a->limb[i];
}

static inline void fourToLane(Field *r, const FieldFour *a, int lane) {
  for (int i = 0; i < LIMBS; i++) r->limb[i] = ((const int32_t *)&a->limb[i])[lane];
}

static inline void fourSub(FieldFour *r, const FieldFour *a, const FieldFour *b) {
  for (int i = 0; i < LIMBS; i++) r->limb[i] = wasm_i32x4_sub(a->limb[i], b->limb[i]);
}

static inline Column columnOf(v128_t a, v128_t b) {
  return (Column){wasm_i64x2_extmul_low_i32x4(a, b), wasm_i64x2_extmul_high_i32x4(a, b)};
}

static inline Column columnFrom(v128_t a) {
  return (Column){wasm_i64x2_extend_low_i32x4(a), wasm_i64x2_extend_high_i32x4(a)};
}

static inline Column columnAdd(Column a, Column b) {
  return (Column){wasm_i64x2_add(a.low, b.low), wasm_i64x2_add(a.high, b.high)};
}

static inline Column columnSub(Column a, Column b) {
  return (Column){wasm_i64x2_sub(a.low, b.low), wasm_i64x2_sub(a.high, b.high)};
}

static inline Column columnConst(uint64_t a) {
  v128_t both = wasm_i64x2_splat((int64_t)a);
  return (Column){both, both};
}

static inline Column columnUp(Column a, uint32_t bits) {
  return (Column){wasm_i64x2_shl(a.low, bits), wasm_i64x2_shl(a.high, bits)};
}

static inline Column columnCarry(Column a) {
  return (Column){wasm_u64x2_shr(a.low, LIMB_BITS), wasm_u64x2_shr(a.high, LIMB_BITS)};
}

static inline Column columnLimb(Column a) {
  v128_t mask = wasm_i64x2_splat(LIMB_MASK);
  return (Column){wasm_v128_and(a.low, mask), wasm_v128_and(a.high, mask)};
}

/* The lower halves of the four, of which nothing else is left. */
static inline v128_t columnNarrow(Column a) {
  return wasm_i32x4_shuffle(a.low, a.high, 0, 2, 4, 6);
}

/*
 * Columns of a product, each with BIAS - CARRY_BIAS on top. a_i b_j + a_j b_i is
 * a_i b_i + a_j b_j - (a_i - a_j)(b_i - b_j), the first two of which are sums of a range of the products
 * a_i b_i for a whole column: 45 multiplications instead of 81. What overflows comes back.
 */
static inline __attribute__((always_inline)) void fourColumns(Column *c, const FieldFour *a,
                                                              const FieldFour *b) {
  Column same[LIMBS + 1], upper;
  same[0] = columnConst(BIAS - CARRY_BIAS);
#pragma clang loop unroll(full)
  for (int i = 0; i < LIMBS; i++)
    same[i + 1] = columnAdd(same[i], columnOf(a->limb[i], b->limb[i]));
  upper = columnAdd(same[LIMBS], same[0]);
#pragma clang loop unroll(full)
  for (int k = 0; k < 2 * LIMBS - 1; k++) {
    Column sum = k < LIMBS ? same[k + 1] : columnSub(upper, same[k - LIMBS + 1]);
#pragma clang loop unroll(full)
    for (int i = 0; i < LIMBS; i++)
      if (k - i > i && k - i < LIMBS)
        sum = columnSub(sum, columnOf(wasm_i32x4_sub(a->limb[i], a->limb[k - i]),
                                      wasm_i32x4_sub(b->limb[i], b->limb[k - i])));
    c[k] = sum;
  }
}

static inline __attribute__((always_inline)) void fourSquareColumns(Column *c, const FieldFour *a) {
  Column bias = columnConst(BIAS - CARRY_BIAS);
#pragma clang loop unroll(full)
  for (int k = 0; k < 2 * LIMBS - 1; k++) {
    Column sum = {wasm_i64x2_const_splat(0), wasm_i64x2_const_splat(0)};
    int has = 0;
#pragma clang loop unroll(full)
    for (int i = 0; i < LIMBS; i++)
      if (k - i > i && k - i < LIMBS) {
        Column product = columnOf(a->limb[i], a->limb[k - i]);
        sum = has ? columnAdd(sum, product) : product;
        has = 1;
      }
    if (has) sum = columnAdd(sum, sum);
    if (k % 2 == 0) {
      Column product = columnOf(a->limb[k / 2], a->limb[k / 2]);
      sum = has ? columnAdd(sum, product) : product;
    }
    c[k] = columnAdd(sum, bias);
  }
}

/* Brings biased columns down to tidy limbs. */
static inline __attribute__((always_inline)) void fourReduce(FieldFour *r, Column *c) {
  v128_t foldLow = wasm_i32x4_const_splat(FOLD_LOW), top[LIMBS];
  Column carry = columnConst(CARRY_BIAS);
#pragma clang loop unroll(full)
  for (int i = 0; i < 2 * LIMBS - 1; i++) {
    c[i] = columnAdd(c[i], carry);
    carry = columnCarry(c[i]);
    c[i] = columnLimb(c[i]);
    if (i >= LIMBS) top[i - LIMBS] = columnNarrow(c[i]);
  }
  top[LIMBS - 1] = columnNarrow(columnSub(carry, columnConst(CARRY_BIAS)));
  /* The last one's upper part lands above the ninth limb again, and comes down a second time. */
  Column last = columnFrom(top[LIMBS - 1]);
  c[0] = columnAdd(c[0], columnOf(top[LIMBS - 1], wasm_i32x4_const_splat(FOLD_HIGH * FOLD_LOW)));
  c[1] = columnAdd(c[1], columnUp(last, 16));
#pragma clang loop unroll(full)
  for (int i = 0; i < LIMBS; i++) {
    c[i] = columnAdd(c[i], columnOf(top[i], foldLow));
    if (i > 0) c[i] = columnAdd(c[i], columnUp(columnFrom(top[i - 1]), 8));
  }
  carry = columnConst(BIAS);
  Column bias = columnConst(BIAS - CARRY_BIAS);
#pragma clang loop unroll(full)
  for (int i = 0; i < LIMBS; i++) {
    c[i] = columnAdd(c[i], i ? columnAdd(carry, bias) : carry);
    carry = columnCarry(c[i]);
    c[i] = columnLimb(c[i]);
  }
  v128_t over = columnNarrow(columnSub(carry, columnConst(CARRY_BIAS)));
  c[0] = columnAdd(c[0], columnAdd(columnOf(over, foldLow), columnConst(BIAS)));
  carry = columnCarry(c[0]);
  c[0] = columnLimb(c[0]);
  c[1] = columnAdd(columnAdd(c[1], columnUp(columnFrom(over), 8)), columnAdd(carry, bias));
  carry = columnSub(columnCarry(c[1]), columnConst(CARRY_BIAS));
  c[1] = columnLimb(c[1]);
  c[2] = columnAdd(c[2], carry);
#pragma clang loop unroll(full)
  for (int i = 0; i < LIMBS; i++) r->limb[i] = columnNarrow(c[i]);
}

/* r = a b */
static OUTLINE void fourMul(FieldFour *r, const FieldFour *a, const FieldFour *b) {
  Column c[2 * LIMBS - 1];
  fourColumns(c, a, b);
  fourReduce(r, c);
}

/* r = a b - z */
static OUTLINE void fourMulSub(FieldFour *r, const FieldFour *a, const FieldFour *b,
                               const FieldFour *z) {
  Column c[2 * LIMBS - 1];
  fourColumns(c, a, b);
  for (int i = 0; i < LIMBS; i++) c[i] = columnSub(c[i], columnFrom(z->limb[i]));
  fourReduce(r, c);
}

/* r = a a - y - z */
static OUTLINE void fourSquareSub(FieldFour *r, const FieldFour *a, const FieldFour *y,
                                  const FieldFour *z) {
  Column c[2 * LIMBS - 1];
  fourSquareColumns(c, a);
  for (int i = 0; i < LIMBS; i++)
    c[i] = columnSub(c[i], columnFrom(wasm_i32x4_add(y->limb[i], z->limb[i])));
  fourReduce(r, c);
}

/* r = 3 a a */
static OUTLINE void fourSquare3(FieldFour *r, const FieldFour *a) {
  Column c[2 * LIMBS - 1];
  FieldFour three;
  for (int i = 0; i < LIMBS; i++)
    three.limb[i] = wasm_i32x4_add(a->limb[i], wasm_i32x4_add(a->limb[i], a->limb[i]));
  fourColumns(c, a, &three);
  fourReduce(r, c);
}

/* Inverses of all four, for the price of one and nine multiplications; of zeros when any is zero. */
static void fourInvert(FieldFour *r, const FieldFour *a) {
  Field lane[LANES], product[LANES], rest, inverse;
  for (int i = 0; i < LANES; i++) {
    fourToLane(&lane[i], a, i);
    if (i == 0) product[0] = lane[0];
    else fieldMul(&product[i], &product[i - 1], &lane[i]);
  }
  fieldInvert(&rest, &product[LANES - 1]);
  for (int i = LANES - 1; i >= 0; i--) {
    if (i == 0) inverse = rest;
    else {
      fieldMul(&inverse, &rest, &product[i - 1]);
      fieldMul(&rest, &rest, &lane[i]);
    }
    fourFromLane(r, &inverse, i);
  }
}

#endif
