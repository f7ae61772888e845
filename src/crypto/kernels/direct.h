/*
 * A key times a point by doublings and additions in Jacobian coordinates, with the endomorphism and
 * non-adjacent forms of window 5: the way for few keys, for which a whole table does not pay, and for
 * keys at which affine addition fails. Every exceptional case is right here.
 */
#ifndef PETREL_DIRECT_H
#define PETREL_DIRECT_H

#include "multiply.h"

#define NAF_WIDTH 5
#define NAF_LENGTH (HALF_BITS + 1)
#define NAF_ENTRIES (1 << (NAF_WIDTH - 2))

static Entry oddMultiples[NAF_ENTRIES];

/*
 * R, 3 R, 5 R ... 15 R. With 2 R = (X/Z^2, Y/Z^3), the sums are made on the curve of all (Z^2 x, Z^3 y),
 * where 2 R is (X, Y): that spares its inversion, and the results have Z times their z there.
 */
static void fillOddMultiples(const Point *r) {
  Jacobian twice;
  Point there;
  Field power;
  jacobianFromPoint(&twice, r);
  jacobianDouble(&twice);
  fieldSquare(&power, &twice.z);
  fieldMul(&there.x, &r->x, &power);
  fieldMul(&power, &power, &twice.z);
  fieldMul(&there.y, &r->y, &power);
  jacobianFromPoint(&ladder[0], &there);
  there.x = twice.x;
  there.y = twice.y;
  for (int i = 1; i < NAF_ENTRIES; i++) {
    ladder[i] = ladder[i - 1];
    jacobianAdd(&ladder[i], &there);
  }
  for (int i = 0; i < NAF_ENTRIES; i++) fieldMul(&ladder[i].z, &ladder[i].z, &twice.z);
  pointsFromJacobian(ladderPoints, ladder, NAF_ENTRIES, values, products);
  for (int i = 0; i < NAF_ENTRIES; i++) {
    oddMultiples[i].point = ladderPoints[i];
    fieldMul(&oddMultiples[i].betaX, &ladderPoints[i].x, &BETA);
  }
}

/* Digits 0, +-1, +-3 ... +-15, at most one in five that is not 0. */
static void nonAdjacentForm(int8_t *digits, const uint32_t *half, int isNegative) {
  int carry = 0;
  memset(digits, 0, NAF_LENGTH);
  for (int i = 0; i < NAF_LENGTH;) {
    if ((int)halfBits(half, i, 1) == carry) {
      i++;
      continue;
    }
    int digit = (int)halfBits(half, i, NAF_WIDTH) + carry;
    carry = digit >> (NAF_WIDTH - 1);
    digit -= carry << NAF_WIDTH;
    digits[i] = (int8_t)(isNegative ? -digit : digit);
    i += NAF_WIDTH;
  }
}

static void addMultiple(Jacobian *r, int digit, int half) {
  const Entry *entry = &oddMultiples[(digit < 0 ? -digit : digit) >> 1];
  Point point;
  point.x = half ? entry->betaX : entry->point.x;
  point.y = entry->point.y;
  if (digit < 0) fieldNegate(&point.y);
  jacobianAdd(r, &point);
}

/* The key times the point of fillOddMultiples(). */
static void multiplyDirect(Jacobian *r, const Key *key) {
  static int8_t digits[2][NAF_LENGTH];
  for (int h = 0; h < 2; h++) nonAdjacentForm(digits[h], key->half[h], key->isNegative[h]);
  r->isInfinity = 1;
  for (int i = NAF_LENGTH - 1; i >= 0; i--) {
    jacobianDouble(r);
    for (int h = 0; h < 2; h++)
      if (digits[h][i]) addMultiple(r, digits[h][i], h);
  }
}

#endif
