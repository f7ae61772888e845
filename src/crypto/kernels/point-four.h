/* Four points at a time, one in each lane (see point.h). */
#ifndef PETREL_POINT_FOUR_H
#define PETREL_POINT_FOUR_H

#include "field-four.h"
#include "point.h"

typedef struct {
  FieldFour x, y;
} PointFour;

/* Four points, and beta x, the coordinates of lambda times them. */
typedef struct {
  PointFour point;
  FieldFour betaX;
} EntryFour;

/* r = a + b, with `inverse` = 1 / (b.x - a.x). */
static inline void pointAddFour(PointFour *r, const PointFour *a, const PointFour *b,
                                const FieldFour *inverse) {
  FieldFour slope, x, t;
  fourSub(&t, &b->y, &a->y);
  fourMul(&slope, &t, inverse);
  fourSquareSub(&x, &slope, &a->x, &b->x);
  fourSub(&t, &a->x, &x);
  fourMulSub(&r->y, &slope, &t, &a->y);
  r->x = x;
}

/* Only x of a + b. */
static inline void pointAddXFour(FieldFour *x, const PointFour *a, const PointFour *b,
                                 const FieldFour *inverse) {
  FieldFour slope;
  fourSub(&slope, &b->y, &a->y);
  fourMul(&slope, &slope, inverse);
  fourSquareSub(x, &slope, &a->x, &b->x);
}

/* r = 2 a, with `inverse` = 1 / (2 a.y). */
static inline void pointDoubleFour(PointFour *r, const PointFour *a, const FieldFour *inverse) {
  FieldFour slope, x, t;
  fourSquare3(&t, &a->x);
  fourMul(&slope, &t, inverse);
  fourSquareSub(&x, &slope, &a->x, &a->x);
  fourSub(&t, &a->x, &x);
  fourMulSub(&r->y, &slope, &t, &a->y);
  r->x = x;
}

/* As takeInverse() and extendProducts(). */
static inline void takeInverseFour(FieldFour *inverse, FieldFour *rest, const FieldFour *values,
                                   const FieldFour *products, int i) {
  if (i == 0) {
    *inverse = *rest;
    return;
  }
  fourMul(inverse, rest, &products[i - 1]);
  fourMul(rest, rest, &values[i]);
}

static inline void extendProductsFour(const FieldFour *values, FieldFour *products, int i) {
  if (i == 0) products[0] = values[0];
  else fourMul(&products[i], &products[i - 1], &values[i]);
}

#endif
