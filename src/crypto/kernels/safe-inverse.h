/*
 * Inverses in the same time whatever the number is: the division steps of inverse.h one at a time,
 * by masks, and always as many as the worst number of 256 bits needs: 590 where delta begins at 1/2
 * (Bernstein and Yang 2019; Pornin and Wuille showed that bound).
 */
#ifndef PETREL_SAFE_INVERSE_H
#define PETREL_SAFE_INVERSE_H

#include "inverse.h"
#include "masks.h"

#define SAFE_ROUNDS 20 /* of 30 steps */

/* `zeta` is minus delta less a half. Returns its new value. */
static int32_t safeDivisionSteps(Steps *t, int32_t zeta, uint32_t f, uint32_t g) {
  uint32_t u = 1, v = 0, q = 0, r = 1;
  for (int i = 0; i < STEP_BITS; i++) {
    uint32_t isOdd = maskOfBit(g), isLess = barrier((uint32_t)(zeta >> 31));
    /* Odd g: f is added, or where delta is positive subtracted. */
    g += ((f ^ isLess) - isLess) & isOdd;
    q += ((u ^ isLess) - isLess) & isOdd;
    r += ((v ^ isLess) - isLess) & isOdd;
    /* In the latter case the old g, which is the new one and f, takes the place of f. */
    isLess &= isOdd;
    zeta = (int32_t)(((uint32_t)zeta ^ isLess) - 1);
    f += g & isLess;
    u += q & isLess;
    v += r & isLess;
    g >>= 1;
    u <<= 1;
    v <<= 1;
  }
  *t = (Steps){(int32_t)u, (int32_t)v, (int32_t)q, (int32_t)r};
  return zeta;
}

static inline void carryWide(Wide *a) {
  for (int i = 0; i < 8; i++) {
    a->limb[i + 1] += a->limb[i] >> STEP_BITS;
    a->limb[i] &= (int32_t)STEP_MASK;
  }
}

static inline void addIfNegative(Wide *a, const Modulus *m) {
  uint32_t isNegative = barrier((uint32_t)(a->limb[8] >> 31));
  for (int i = 0; i < 9; i++) a->limb[i] += m->value.limb[i] & (int32_t)isNegative;
}

/* a = 1/a modulo m, or 0 for 0; both from 0 to m - 1. */
static OUTLINE void invertSafely(Wide *a, const Modulus *m) {
  Wide f = m->value, g = *a, d = {{0}}, e = {{1}};
  Steps t;
  int32_t zeta = -1;
  for (int i = 0; i < SAFE_ROUNDS; i++) {
    zeta = safeDivisionSteps(&t, zeta, (uint32_t)f.limb[0] | (uint32_t)f.limb[1] << STEP_BITS,
                             (uint32_t)g.limb[0] | (uint32_t)g.limb[1] << STEP_BITS);
    applyStepsModulo(&d, &e, &t, m);
    applySteps(&f, &g, &t);
  }
  /* f is 1 or -1 now (m for a = 0, when d is 0), and d within (-2m, m). */
  uint32_t isMinus = barrier((uint32_t)(f.limb[8] >> 31));
  addIfNegative(&d, m);
  for (int i = 0; i < 9; i++) d.limb[i] = (int32_t)(((uint32_t)d.limb[i] ^ isMinus) - isMinus);
  carryWide(&d);
  addIfNegative(&d, m);
  carryWide(&d);
  *a = d;
}

#endif
