/*
 * Inverses in the field by division steps (Bernstein and Yang, "Fast constant-time gcd computation
 * and modular inversion", 2019), in the variable-time form: thirty steps at a time on the low words
 * of f and g, gathered in a 2x2 matrix, which is then applied to f, g and to d, e with
 * d x = f and e x = g (modulo p) throughout. Three times as fast as raising to the power of p-2.
 * Numbers are nine signed limbs of 30 bits here.
 */
#ifndef PETREL_INVERSE_H
#define PETREL_INVERSE_H

#include "field.h"

#define STEP_BITS 30
#define STEP_MASK ((1LL << STEP_BITS) - 1)

typedef struct {
  int32_t limb[9];
} Wide;

/* What thirty division steps do: 2^30 f' = u f + v g, 2^30 g' = q f + r g. */
typedef struct {
  int32_t u, v, q, r;
} Steps;

/* An odd number, and its inverse modulo 2^30. */
typedef struct {
  Wide value;
  int64_t inverse;
} Modulus;

static const Modulus PRIME_MODULUS = {
    {{0x3ffffc2f, 0x3ffffffb, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff,
      0xffff}},
    0x2ddacacf,
};

/* `eta` is minus the paper's delta. Returns its new value. */
static int divisionSteps(Steps *t, int eta, uint32_t f, uint32_t g) {
  uint32_t u = 1, v = 0, q = 0, r = 1;
  for (int left = STEP_BITS;;) {
    /* Even g: only halvings, as many as there are zero bits. */
    int zeros = __builtin_ctz(g | (~0u << left));
    g >>= zeros;
    u <<= zeros;
    v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    if (eta < 0) {
      uint32_t swap;
      eta = -eta;
      swap = f, f = g, g = -swap;
      swap = u, u = q, q = -swap;
      swap = v, v = r, r = -swap;
    }
    /* Add the multiple of f that makes up to six low bits of g zero: -g/f, by one Newton step. */
    int limit = eta + 1 < left ? eta + 1 : left;
    if (limit > 6) limit = 6;
    uint32_t w = (f * g * (f * f - 2)) & ((1u << limit) - 1);
    g += f * w;
    q += u * w;
    r += v * w;
  }
  *t = (Steps){(int32_t)u, (int32_t)v, (int32_t)q, (int32_t)r};
  return eta;
}

/* (f, g) = t (f, g) / 2^30, which is exact. */
static void applySteps(Wide *f, Wide *g, const Steps *t) {
  int64_t low = 0, high = 0;
  for (int i = 0; i < 9; i++) {
    int64_t x = f->limb[i], y = g->limb[i];
    low += t->u * x + t->v * y;
    high += t->q * x + t->r * y;
    if (i > 0) {
      f->limb[i - 1] = (int32_t)(low & STEP_MASK);
      g->limb[i - 1] = (int32_t)(high & STEP_MASK);
    }
    low >>= STEP_BITS;
    high >>= STEP_BITS;
  }
  f->limb[8] = (int32_t)low;
  g->limb[8] = (int32_t)high;
}

/* (d, e) = t (d, e) / 2^30 modulo m: multiples of m make the division exact. Stays within (-2m, m). */
static inline void applyStepsModulo(Wide *d, Wide *e, const Steps *t, const Modulus *m) {
  int32_t signD = d->limb[8] >> 31, signE = e->limb[8] >> 31;
  int64_t addD = (t->u & signD) + (t->v & signE), addE = (t->q & signD) + (t->r & signE);
  int64_t low = 0, high = 0;
  for (int i = 0; i < 9; i++) {
    int64_t x = d->limb[i], y = e->limb[i];
    low += t->u * x + t->v * y;
    high += t->q * x + t->r * y;
    if (i == 0) {
      addD -= (m->inverse * (low & STEP_MASK) + addD) & STEP_MASK;
      addE -= (m->inverse * (high & STEP_MASK) + addE) & STEP_MASK;
    }
    low += m->value.limb[i] * addD;
    high += m->value.limb[i] * addE;
    if (i > 0) {
      d->limb[i - 1] = (int32_t)(low & STEP_MASK);
      e->limb[i - 1] = (int32_t)(high & STEP_MASK);
    }
    low >>= STEP_BITS;
    high >>= STEP_BITS;
  }
  d->limb[8] = (int32_t)low;
  e->limb[8] = (int32_t)high;
}

static int wideIsZero(const Wide *a) {
  int32_t any = 0;
  for (int i = 0; i < 9; i++) any |= a->limb[i];
  return any == 0;
}

/* Limbs of `from` bits to limbs of `to` bits; the last one keeps the rest and the sign. */
static void regroup(int32_t *to, int toBits, const int32_t *from, int fromBits) {
  int64_t bits = 0;
  int have = 0, next = 0;
  for (int i = 0; i < 9; i++) {
    while (have < toBits && next < 9) {
      bits += (int64_t)from[next++] << have;
      have += fromBits;
    }
    to[i] = (int32_t)(i < 8 ? bits & ((1LL << toBits) - 1) : bits);
    bits >>= toBits;
    have -= toBits;
  }
}

/* r = 1/a, or 0 for 0. */
static OUTLINE void fieldInvert(Field *r, const Field *a) {
  Field n = *a;
  Wide f = PRIME_MODULUS.value, g, d = {{0}}, e = {{1}};
  Steps t;
  int eta = -1;
  fieldNormalize(&n);
  regroup(g.limb, STEP_BITS, n.limb, LIMB_BITS);
  while (!wideIsZero(&g)) {
    eta = divisionSteps(&t, eta, (uint32_t)f.limb[0] | (uint32_t)f.limb[1] << STEP_BITS,
                        (uint32_t)g.limb[0] | (uint32_t)g.limb[1] << STEP_BITS);
    applyStepsModulo(&d, &e, &t, &PRIME_MODULUS);
    applySteps(&f, &g, &t);
  }
  /* f is now 1 or -1 (p for a = 0, when d is 0). */
  regroup(r->limb, LIMB_BITS, d.limb, STEP_BITS);
  if (f.limb[8] < 0)
    for (int i = 0; i < LIMBS; i++) r->limb[i] = -r->limb[i];
  fieldNormalize(r);
}

#endif
