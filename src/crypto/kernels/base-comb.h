/*
 * A secret number times the base point, in the same time whatever the number is. An odd number below
 * 2^258 is a sum of 43 odd digits from -63 to 63, one for each six bits: none is zero, so that each
 * takes one addition and none a doubling. All entries of a row are read, and one kept by masks.
 */
#ifndef PETREL_BASE_COMB_H
#define PETREL_BASE_COMB_H

#include "order.h"
#include "point.h"

#define COMB_BITS 6
#define COMB_ROWS 43
/* Odd digits above zero. */
#define COMB_DIGITS 32
#define PACKED_WORDS 16
#define LANES 4
#define PACKED_LANES (PACKED_WORDS / LANES)

typedef uint32_t Lanes __attribute__((vector_size(4 * LANES)));
/* x and y, 32 bits a word from the lowest. */
typedef union {
  uint32_t word[PACKED_WORDS];
  Lanes lanes[PACKED_LANES];
} Packed;

/* Row i has (2 j + 1) 2^(6 i) times the base point at j. */
static Packed comb[COMB_ROWS][COMB_DIGITS];
/* What every number is raised by, that much of the base point negated, and a first Z: random. */
static Number blindNumber;
static Point blindPoint;
static Field blindZ;

static void packField(uint32_t *words, const Field *a) {
  uint8_t bytes[32];
  fieldToBytes(bytes, a);
  for (int i = 0; i < 8; i++) {
    const uint8_t *at = bytes + 28 - 4 * i;
    words[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
  }
}

static inline void unpackField(Field *r, const uint32_t *words) {
#pragma clang loop unroll(full)
  for (int i = 0; i < LIMBS; i++) {
    int word = i * LIMB_BITS / 32, shift = i * LIMB_BITS % 32;
    uint64_t two = words[word] | (word < 7 ? (uint64_t)words[word + 1] << 32 : 0);
    r->limb[i] = (int32_t)(two >> shift & LIMB_MASK);
  }
}

/* The table is of public numbers: its making need not take the same time. */
static void fillComb(void) {
  static Jacobian sums[COMB_DIGITS + 1];
  static Point points[COMB_DIGITS + 1];
  static Field values[COMB_DIGITS + 1], products[COMB_DIGITS + 1];
  Point first = BASE_POINT, twice;
  for (int i = 0; i < COMB_ROWS; i++) {
    jacobianFromPoint(&sums[0], &first);
    jacobianDouble(&sums[0]);
    pointsFromJacobian(&twice, sums, 1, values, products);
    jacobianFromPoint(&sums[0], &first);
    for (int j = 1; j < COMB_DIGITS; j++) {
      sums[j] = sums[j - 1];
      jacobianAdd(&sums[j], &twice);
    }
    /* From 32 times to 64 times the row's first. */
    jacobianFromPoint(&sums[COMB_DIGITS], &twice);
    for (int j = 1; j < COMB_BITS; j++) jacobianDouble(&sums[COMB_DIGITS]);
    pointsFromJacobian(points, sums, COMB_DIGITS + 1, values, products);
    for (int j = 0; j < COMB_DIGITS; j++) {
      packField(comb[i][j].word, &points[j].x);
      packField(comb[i][j].word + 8, &points[j].y);
    }
    first = points[COMB_DIGITS];
  }
}

/* The entry `index` of a row; every entry is read. */
static OUTLINE void readComb(Packed *to, const Packed *row, uint32_t index) {
  Lanes at = {0, 0, 0, 0}, wanted = {index, index, index, index};
  Lanes kept[PACKED_LANES] = {{0}};
  for (int j = 0; j < COMB_DIGITS; j++, at += 1) {
    Lanes mask = (Lanes)(at == wanted);
    for (int l = 0; l < PACKED_LANES; l++) kept[l] |= row[j].lanes[l] & mask;
  }
  for (int l = 0; l < PACKED_LANES; l++) to->lanes[l] = kept[l];
}

/* Digit `row` of the windows times its power of 64 times the base point; see multiplyBase(). */
static inline void takeDigit(Point *r, const uint32_t *windows, int row, uint32_t isMinus) {
  int at = row * COMB_BITS, word = at / 32, shift = at % 32;
  uint64_t two = windows[word] | (uint64_t)windows[word + 1] << 32;
  uint32_t window = (uint32_t)(two >> shift) & 63;
  /* The digit is 2 window - 63. */
  uint32_t isNegative = ~maskOfBit(window >> 5);
  Packed entry;
  readComb(&entry, comb[row], (window ^ isNegative) & 31);
  unpackField(&r->x, entry.word);
  unpackField(&r->y, entry.word + 8);
  int32_t sign = (int32_t)barrier(isNegative ^ isMinus);
  for (int i = 0; i < LIMBS; i++) r->y.limb[i] = (r->y.limb[i] ^ sign) - sign;
}

/* How far b is from r, on the curve where r has no denominators. */
static inline void pointDifference(Field *dx, Field *dy, const Jacobian *r, const Point *b) {
  Field power;
  fieldSquare(&power, &r->z);
  fieldMulSub(dx, &b->x, &power, &r->x, 1);
  fieldMul(&power, &power, &r->z);
  fieldMulSub(dy, &b->y, &power, &r->y, 1);
}

/* r = r + b, of which that is the difference; neither is infinite, and dx not zero. */
static inline void addDifferent(Jacobian *r, const Field *dx, const Field *dy) {
  Field square, cube, v, t;
  fieldSquare(&square, dx);
  fieldMul(&cube, &square, dx);
  fieldMul(&v, &r->x, &square);
  fieldMul(&r->z, &r->z, dx);
  fieldSquareSub(&r->x, dy, &cube, &v, 2);
  fieldSub(&t, &v, &r->x);
  fieldMul(&cube, &cube, &r->y);
  fieldMulSub(&r->y, dy, &t, &cube, 1);
}

static inline uint32_t maskOfZeroField(const Field *a) {
  Field n = *a;
  uint32_t any = 0;
  fieldNormalize(&n);
  for (int i = 0; i < LIMBS; i++) any |= (uint32_t)n.limb[i];
  return maskOfZero(any);
}

static inline void chooseField(Field *r, uint32_t mask, const Field *a) {
  chooseWords((uint32_t *)r->limb, mask, (const uint32_t *)a->limb, (const uint32_t *)r->limb, LIMBS);
}

static inline void choosePoint(Jacobian *r, uint32_t mask, const Field *x, const Field *y,
                               const Field *z) {
  chooseField(&r->x, mask, x);
  chooseField(&r->y, mask, y);
  chooseField(&r->z, mask, z);
}

/*
 * r = r + b in every case, by making the sum, the double and b and keeping one of them. The mask tells
 * whether r is infinite, before and after; b is not.
 */
static void addAny(Jacobian *r, uint32_t *isInfinite, const Point *b) {
  Jacobian twice = *r;
  Field dx, dy;
  pointDifference(&dx, &dy, r, b);
  uint32_t isSameX = maskOfZeroField(&dx) & ~*isInfinite, isSame = isSameX & maskOfZeroField(&dy);
  jacobianDouble(&twice);
  addDifferent(r, &dx, &dy);
  choosePoint(r, isSame, &twice.x, &twice.y, &twice.z);
  choosePoint(r, *isInfinite, &b->x, &b->y, &FIELD_ONE);
  *isInfinite = isSameX & ~isSame;
}

/*
 * r = k times the base point, for k up to n; a mask tells whether that is infinite. With digits
 * 2 w - 63, an odd number is the one whose windows w make up (number + 2^258 - 1) / 2: itself without
 * its lowest bit, and 2^257. An even one is made odd by taking it from n, and the point negated.
 *
 * The sum goes down from the highest digit. What there is before row i is an odd multiple of 64^(i+1)
 * and at most that much above n: only in row 0 can it be what is added, or the opposite, modulo n.
 */
static uint32_t sumComb(Jacobian *r, const Number *k) {
  Number odd;
  Point point;
  Field dx, dy;
  uint32_t windows[WORDS + 1], isInfinite = 0, isEven = ~maskOfBit(k->word[0]);
  negateNumber(&odd, k);
  chooseWords(odd.word, isEven, odd.word, k->word, WORDS);
  for (int i = 0; i < WORDS; i++)
    windows[i] = odd.word[i] >> 1 | (i < WORDS - 1 ? odd.word[i + 1] << 31 : 0);
  windows[WORDS] = 2;

  takeDigit(&point, windows, COMB_ROWS - 1, isEven);
  r->isInfinity = 0;
  r->z = blindZ;
  fieldSquare(&dx, &blindZ);
  fieldMul(&r->x, &point.x, &dx);
  fieldMul(&dx, &dx, &blindZ);
  fieldMul(&r->y, &point.y, &dx);
  for (int row = COMB_ROWS - 2; row > 0; row--) {
    takeDigit(&point, windows, row, isEven);
    pointDifference(&dx, &dy, r, &point);
    addDifferent(r, &dx, &dy);
  }
  takeDigit(&point, windows, 0, isEven);
  addAny(r, &isInfinite, &point);
  return isInfinite;
}

/* r = 1/a, or 0 for 0. */
static void invertFieldSafely(Field *r, const Field *a) {
  Field n = *a;
  Wide wide;
  fieldNormalize(&n);
  regroup(wide.limb, STEP_BITS, n.limb, LIMB_BITS);
  invertSafely(&wide, &PRIME_MODULUS);
  regroup(r->limb, LIMB_BITS, wide.limb, STEP_BITS);
}

/* The affine form of a point that is not infinite. */
static void pointSafely(Point *to, const Jacobian *from) {
  Field inverse, square;
  invertFieldSafely(&inverse, &from->z);
  fieldSquare(&square, &inverse);
  fieldMul(&to->x, &from->x, &square);
  fieldMul(&square, &square, &inverse);
  fieldMul(&to->y, &from->y, &square);
}

/* The point k times the base point, for k below n; a mask tells whether that is infinite. */
static uint32_t multiplyBase(Point *to, const Number *k) {
  Number raised;
  Jacobian sum;
  addNumbers(&raised, k, &blindNumber);
  uint32_t isInfinite = sumComb(&sum, &raised);
  addAny(&sum, &isInfinite, &blindPoint);
  pointSafely(to, &sum);
  return isInfinite;
}

/* Takes over two random numbers of 32 bytes; whatever they are, products stay the same. */
static void blindBase(const uint8_t *number, const uint8_t *z) {
  static const Number ONE = {{1}};
  Field given;
  Jacobian sum;
  blindZ = FIELD_ONE;
  (void)fieldFromBytes(&given, z);
  chooseField(&blindZ, ~maskOfZeroField(&given), &given);
  (void)numberFromBytes(&blindNumber, number);
  chooseWords(blindNumber.word, isZeroNumber(&blindNumber), ONE.word, blindNumber.word, WORDS);
  (void)sumComb(&sum, &blindNumber);
  pointSafely(&blindPoint, &sum);
  fieldNegate(&blindPoint.y);
}

#endif
