/* Points of y^2 = x^3 + 7, affine and Jacobian (x = X/Z^2, y = Y/Z^3). */
#ifndef PETREL_POINT_H
#define PETREL_POINT_H

#include "field.h"
#include "inverse.h"

typedef struct {
  Field x, y;
} Point;

/* A point, and beta x, the coordinate of lambda times it: (beta x, y). */
typedef struct {
  Point point;
  Field betaX;
} Entry;

typedef struct {
  Field x, y, z;
  int isInfinity;
} Jacobian;

/* A third root of 1 modulo p. */
static const Field BETA = {{0x119501ee, 0x09cb6143, 0x1d626570, 0x0092ea25, 0x034e99cf, 0x03cf561a,
                            0x1c41b991, 0x056caf80, 0x007ae96a}};
static const Point BASE_POINT = {
    {{0x16f81798, 0x0f940ad8, 0x138a3656, 0x17f9b65b, 0x10b07029, 0x114ae743, 0x0eb15681, 0x0fdf3b97,
      0x0079be66}},
    {{0x1b10d4b8, 0x023e847f, 0x01550667, 0x0f68914d, 0x108a8fd1, 0x1dfe0708, 0x11957693, 0x0ee4d478,
      0x00483ada}},
};

/* From X and Y, 32 bytes each; 0 when that is no point of the curve. */
static int pointFromBytes(Point *r, const uint8_t *bytes) {
  Field left, right;
  if (!fieldFromBytes(&r->x, bytes) || !fieldFromBytes(&r->y, bytes + 32)) return 0;
  fieldSquare(&left, &r->y);
  fieldSquare(&right, &r->x);
  fieldMul(&right, &right, &r->x);
  fieldSub(&left, &left, &right);
  left.limb[0] -= 7;
  return fieldIsZero(&left);
}

/* r = a + b, with `inverse` = 1 / (b.x - a.x). */
static inline void pointAdd(Point *r, const Point *a, const Point *b, const Field *inverse) {
  Field slope, x, t;
  fieldSub(&t, &b->y, &a->y);
  fieldMul(&slope, &t, inverse);
  fieldSquareSub(&x, &slope, &a->x, &b->x, 1);
  fieldSub(&t, &a->x, &x);
  fieldMulSub(&r->y, &slope, &t, &a->y, 1);
  r->x = x;
}

/* Only x of a + b. */
static inline void pointAddX(Field *x, const Point *a, const Point *b, const Field *inverse) {
  Field slope;
  fieldSub(&slope, &b->y, &a->y);
  fieldMul(&slope, &slope, inverse);
  fieldSquareSub(x, &slope, &a->x, &b->x, 1);
}

/* r = 2 a, with `inverse` = 1 / (2 a.y). No point of this curve has y = 0. */
static inline void pointDouble(Point *r, const Point *a, const Field *inverse) {
  Field slope, x, t;
  fieldSquare3(&t, &a->x);
  fieldMul(&slope, &t, inverse);
  fieldSquareSub(&x, &slope, &a->x, &a->x, 1);
  fieldSub(&t, &a->x, &x);
  fieldMulSub(&r->y, &slope, &t, &a->y, 1);
  r->x = x;
}

static void jacobianFromPoint(Jacobian *r, const Point *a) {
  r->x = a->x;
  r->y = a->y;
  r->z = FIELD_ONE;
  r->isInfinity = 0;
}

/* r = 2 r: 4 squarings, 3 multiplications. */
static void jacobianDouble(Jacobian *r) {
  Field m, b, u, t;
  if (r->isInfinity) return;
  fieldSquare(&b, &r->y);
  fieldAdd(&t, &b, &b);
  fieldMul(&u, &r->x, &t); /* 2 x y^2 */
  fieldSquare3(&m, &r->x);
  fieldAdd(&t, &r->y, &r->y);
  fieldMul(&r->z, &r->z, &t);
  fieldSquareSub(&r->x, &m, &u, &u, 3);
  fieldAdd(&t, &u, &u);
  fieldSub(&t, &t, &r->x);
  fieldSquare(&b, &b);
  fieldMulSub(&r->y, &m, &t, &b, 8);
}

/* r = r + b, with every exceptional case: r infinite, equal, opposite. */
static void jacobianAdd(Jacobian *r, const Point *b) {
  Field zz, h, s, hh, hhh, v, t;
  if (r->isInfinity) {
    jacobianFromPoint(r, b);
    return;
  }
  fieldSquare(&zz, &r->z);
  fieldMulSub(&h, &b->x, &zz, &r->x, 1);
  fieldMul(&zz, &zz, &r->z);
  fieldMulSub(&s, &b->y, &zz, &r->y, 1);
  if (fieldIsZero(&h)) {
    if (fieldIsZero(&s)) jacobianDouble(r);
    else r->isInfinity = 1;
    return;
  }
  fieldSquare(&hh, &h);
  fieldMul(&hhh, &hh, &h);
  fieldMul(&v, &r->x, &hh);
  fieldMul(&r->z, &r->z, &h);
  fieldSquareSub(&r->x, &s, &hhh, &v, 2);
  fieldSub(&t, &v, &r->x);
  fieldMul(&hhh, &hhh, &r->y);
  fieldMulSub(&r->y, &s, &t, &hhh, 1);
}

/*
 * Many inverses for the price of one (Montgomery): products[i] has to be the product of values
 * 0 to i; a caller goes down from the last value, with `rest` = 1 / products[last] at first, and has
 * each inverse as rest * products[i - 1], before it takes value i out of `rest`.
 */
static inline void takeInverse(Field *inverse, Field *rest, const Field *values,
                               const Field *products, int i) {
  if (i == 0) {
    *inverse = *rest;
    return;
  }
  fieldMul(inverse, rest, &products[i - 1]);
  fieldMul(rest, rest, &values[i]);
}

static inline void extendProducts(const Field *values, Field *products, int i) {
  if (i == 0) products[0] = values[0];
  else fieldMul(&products[i], &products[i - 1], &values[i]);
}

/* Affine forms of `count` points, none of them infinite; `values` and `products` are scratch. */
static void pointsFromJacobian(Point *to, const Jacobian *from, int count, Field *values,
                               Field *products) {
  Field rest, inverse, square;
  for (int i = 0; i < count; i++) {
    values[i] = from[i].z;
    extendProducts(values, products, i);
  }
  fieldInvert(&rest, &products[count - 1]);
  for (int i = count - 1; i >= 0; i--) {
    takeInverse(&inverse, &rest, values, products, i);
    fieldSquare(&square, &inverse);
    fieldMul(&to[i].x, &from[i].x, &square);
    fieldMul(&square, &square, &inverse);
    fieldMul(&to[i].y, &from[i].y, &square);
  }
}

#endif
