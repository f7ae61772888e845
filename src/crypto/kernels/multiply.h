/*
 * Many keys times one point R. Every half of a key is a row of signed digits of `width` bits, and a
 * table holds digit * 2^(width * position) * R for all of them, and the same under the endomorphism:
 * a key times R is then a sum of table entries. The sums of many keys are built side by side, as
 * trees of affine additions that share one inversion per level of the trees.
 */
#ifndef PETREL_MULTIPLY_H
#define PETREL_MULTIPLY_H

#include "point.h"
#include "scalar.h"

#define MAX_WIDTH 11
/* A signed digit can carry into one position above the top. */
#define POSITIONS(width) (HALF_BITS / (width) + 1)
/* The most of all widths up to MAX_WIDTH: 12 positions of 1,024 digits, above 14 of 512. */
#define MAX_ENTRIES (12 * 1024)
/* Points in the trees of one batch: at most 128 keys of 34 points, or fewer with more points each. */
#define MAX_BATCH_KEYS 128
#define MAX_BATCH_POINTS 4608
#define MAX_POSITIONS POSITIONS(2)

typedef struct {
  int width;
  Entry *entries; /* POSITIONS(width) rows of 2^(width-1) digits, from digit 1 */
} Table;

static Field values[MAX_ENTRIES / 2], products[MAX_ENTRIES / 2];
static Jacobian ladder[MAX_POSITIONS];
static Point ladderPoints[MAX_POSITIONS], batchPoints[MAX_BATCH_POINTS];

static inline Entry *tableRow(const Table *table, int position) {
  return table->entries + (position << (table->width - 1)) - 1; /* Index 1 is the first. */
}

/* Row beginnings: 2^(width * position) * R. */
static void fillFirstDigits(const Table *table, const Point *r) {
  int positions = POSITIONS(table->width);
  jacobianFromPoint(&ladder[0], r);
  for (int i = 1; i < positions; i++) {
    ladder[i] = ladder[i - 1];
    for (int k = 0; k < table->width; k++) jacobianDouble(&ladder[i]);
  }
  pointsFromJacobian(ladderPoints, ladder, positions, values, products);
  for (int i = 0; i < positions; i++) {
    tableRow(table, i)[1].point = ladderPoints[i];
  }
}

/* From digits 1 to `have` of all rows: the even ones up to 2 `have`. */
static void fillEvenDigits(const Table *table, int have) {
  int positions = POSITIONS(table->width), n = 0, first = have / 2 + 1;
  Field rest, inverse;
  for (int i = 0; i < positions; i++)
    for (int j = first; j <= have; j++, n++) {
      const Field *y = &tableRow(table, i)[j].point.y;
      fieldAdd(&values[n], y, y);
      extendProducts(values, products, n);
    }
  fieldInvert(&rest, &products[n - 1]);
  for (int i = positions - 1; i >= 0; i--)
    for (int j = have; j >= first; j--) {
      takeInverse(&inverse, &rest, values, products, --n);
      pointDouble(&tableRow(table, i)[2 * j].point, &tableRow(table, i)[j].point, &inverse);
    }
}

/*
 * The odd ones between, on both sides of every second even one, from which they are digit 1 away: two
 * additions with one inverse. Digits are far smaller than the order of R, so that no two of them are
 * equal or opposite.
 */
static void fillOddDigits(const Table *table, int have) {
  int positions = POSITIONS(table->width), n = 0;
  Field rest, inverse;
  for (int i = 0; i < positions; i++)
    for (int j = have == 2 ? 2 : have + 2; j < 2 * have; j += 4, n++) {
      const Entry *row = tableRow(table, i);
      fieldSub(&values[n], &row[1].point.x, &row[j].point.x);
      extendProducts(values, products, n);
    }
  fieldInvert(&rest, &products[n - 1]);
  for (int i = positions - 1; i >= 0; i--) {
    Entry *row = tableRow(table, i);
    Point minus = row[1].point;
    fieldNegate(&minus.y);
    for (int j = have == 2 ? 2 : 2 * have - 2; j > 0 && j >= have; j -= 4) {
      takeInverse(&inverse, &rest, values, products, --n);
      pointAdd(&row[j + 1].point, &row[j].point, &row[1].point, &inverse);
      if (have > 2) pointAdd(&row[j - 1].point, &row[j].point, &minus, &inverse);
    }
  }
}

static void fillTable(const Table *table, const Point *r) {
  int positions = POSITIONS(table->width), digits = 1 << (table->width - 1);
  fillFirstDigits(table, r);
  for (int have = 1; have < digits; have *= 2) {
    fillEvenDigits(table, have);
    if (have > 1) fillOddDigits(table, have);
  }
  for (int i = 0; i < positions * digits; i++)
    fieldMul(&table->entries[i].betaX, &table->entries[i].point.x, &BETA);
}

/* The table entries whose sum is the key times R; returns how many. */
static int gatherPoints(Point *points, const Table *table, const Key *key) {
  int width = table->width, positions = POSITIONS(width), digits = 1 << (width - 1), count = 0;
  for (int h = 0; h < 2; h++) {
    int carry = 0;
    for (int i = 0; i < positions; i++) {
      int digit = (int)halfBits(key->half[h], i * width, width) + carry;
      carry = digit > digits;
      if (carry) digit -= 2 * digits;
      if (digit == 0) continue;
      const Entry *entry = &tableRow(table, i)[digit < 0 ? -digit : digit];
      Point *to = &points[count++];
      to->x = h ? entry->betaX : entry->point.x;
      int32_t sign = (digit < 0) != key->isNegative[h] ? -1 : 0;
      for (int l = 0; l < LIMBS; l++) to->y.limb[l] = (entry->point.y.limb[l] ^ sign) - sign;
    }
  }
  return count;
}

/* One level of the trees: points `step` apart are added in pairs. 0 when two have the same x. */
static int addLevel(int *counts, int keys, int stride, int step, int isLast) {
  int n = 0;
  Field rest, inverse;
  for (int k = 0; k < keys; k++) {
    const Point *points = batchPoints + k * stride;
    for (int i = 0; i + 1 < counts[k]; i += 2, n++) {
      fieldSub(&values[n], &points[(i + 1) * step].x, &points[i * step].x);
      extendProducts(values, products, n);
    }
  }
  if (n == 0) return 1;
  fieldInvert(&rest, &products[n - 1]);
  /* One difference of zero makes the whole product zero: one look serves all. */
  if (fieldIsZero(&rest)) return 0;
  for (int k = keys - 1; k >= 0; k--) {
    Point *points = batchPoints + k * stride;
    for (int i = (counts[k] & ~1) - 2; i >= 0; i -= 2) {
      Point *a = &points[i * step];
      const Point *b = &points[(i + 1) * step];
      takeInverse(&inverse, &rest, values, products, --n);
      if (isLast) pointAddX(&a->x, a, b, &inverse);
      else pointAdd(a, a, b, &inverse);
    }
    counts[k] = (counts[k] + 1) / 2;
  }
  return 1;
}

/* How many keys of this width fit a batch. */
static int batchKeys(int width) {
  int fit = MAX_BATCH_POINTS / (2 * POSITIONS(width));
  return fit < MAX_BATCH_KEYS ? fit : MAX_BATCH_KEYS;
}

/*
 * Each key times the table's point, for at most batchKeys() keys. The result of key i is
 * batchPoints[i * 2 * POSITIONS(width)], without y when `xOnly`. Returns 0 when some addition has
 * two points of equal x, which affine addition cannot do: the caller then multiplies one by one.
 */
static int multiplyBatch(const Table *table, const Key *keys, int count, int xOnly) {
  static int counts[MAX_BATCH_KEYS];
  int stride = 2 * POSITIONS(table->width), most = 0;
  for (int k = 0; k < count; k++) {
    counts[k] = gatherPoints(batchPoints + k * stride, table, &keys[k]);
    if (counts[k] > most) most = counts[k];
  }
  for (int step = 1; most > 1; step *= 2, most = (most + 1) / 2) {
    if (!addLevel(counts, count, stride, step, xOnly && most == 2)) return 0;
  }
  return 1;
}

#endif
