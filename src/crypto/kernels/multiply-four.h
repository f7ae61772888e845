/*
 * Many keys times four points R at once: tables and trees as in multiply.h, with a point of each of the
 * four in every place. The keys, and so the places in the table, are the same for all four.
 */
#ifndef PETREL_MULTIPLY_FOUR_H
#define PETREL_MULTIPLY_FOUR_H

#include "point-four.h"
#include "scalar.h"

/* Wider tables leave the processor's cache. */
#define MAX_WIDTH 10
/* A signed digit can carry into one position above the top. */
#define POSITIONS(width) (HALF_BITS / (width) + 1)
/* The most of all widths up to MAX_WIDTH. */
#define MAX_ENTRIES (13 * 512)
/* Points in the trees of one batch: as many keys as there is room for. */
#define MAX_BATCH_POINTS 1560
#define MAX_BATCH_KEYS 60
#define MAX_POSITIONS POSITIONS(2)

typedef struct {
  int width;
  EntryFour *entries; /* POSITIONS(width) rows of 2^(width-1) digits, from digit 1 */
} TableFour;

static FieldFour values[MAX_ENTRIES / 2], products[MAX_ENTRIES / 2];
static Field ladderValues[MAX_POSITIONS], ladderProducts[MAX_POSITIONS];
static Jacobian ladder[MAX_POSITIONS];
static Point ladderPoints[MAX_POSITIONS];
static PointFour batchPoints[MAX_BATCH_POINTS];

static inline EntryFour *tableRow(const TableFour *table, int position) {
  return table->entries + (position << (table->width - 1)) - 1; /* Index 1 is the first. */
}

/* Row beginnings: 2^(width * position) * R, into one of the lanes. */
static void fillFirstDigits(const TableFour *table, const Point *r, int lane) {
  int positions = POSITIONS(table->width);
  jacobianFromPoint(&ladder[0], r);
  for (int i = 1; i < positions; i++) {
    ladder[i] = ladder[i - 1];
    for (int k = 0; k < table->width; k++) jacobianDouble(&ladder[i]);
  }
  pointsFromJacobian(ladderPoints, ladder, positions, ladderValues, ladderProducts);
  for (int i = 0; i < positions; i++) {
    PointFour *to = &tableRow(table, i)[1].point;
    fourFromLane(&to->x, &ladderPoints[i].x, lane);
    fourFromLane(&to->y, &ladderPoints[i].y, lane);
  }
}

/* From digits 1 to `have` of all rows: the even ones up to 2 `have`. */
static void fillEvenDigits(const TableFour *table, int have) {
  int positions = POSITIONS(table->width), n = 0, first = have / 2 + 1;
  FieldFour rest, inverse;
  for (int i = 0; i < positions; i++)
    for (int j = first; j <= have; j++, n++) {
      const FieldFour *y = &tableRow(table, i)[j].point.y;
      for (int l = 0; l < LIMBS; l++) values[n].limb[l] = wasm_i32x4_shl(y->limb[l], 1);
      extendProductsFour(values, products, n);
    }
  fourInvert(&rest, &products[n - 1]);
  for (int i = positions - 1; i >= 0; i--)
    for (int j = have; j >= first; j--) {
      takeInverseFour(&inverse, &rest, values, products, --n);
      pointDoubleFour(&tableRow(table, i)[2 * j].point, &tableRow(table, i)[j].point, &inverse);
    }
}

/* The odd ones between, on both sides of every second even one, as in multiply.h. */
static void fillOddDigits(const TableFour *table, int have) {
  int positions = POSITIONS(table->width), n = 0;
  FieldFour rest, inverse;
  for (int i = 0; i < positions; i++)
    for (int j = have == 2 ? 2 : have + 2; j < 2 * have; j += 4, n++) {
      const EntryFour *row = tableRow(table, i);
      fourSub(&values[n], &row[1].point.x, &row[j].point.x);
      extendProductsFour(values, products, n);
    }
  fourInvert(&rest, &products[n - 1]);
  for (int i = positions - 1; i >= 0; i--) {
    EntryFour *row = tableRow(table, i);
    PointFour minus = row[1].point;
    for (int l = 0; l < LIMBS; l++) minus.y.limb[l] = wasm_i32x4_neg(minus.y.limb[l]);
    for (int j = have == 2 ? 2 : 2 * have - 2; j > 0 && j >= have; j -= 4) {
      takeInverseFour(&inverse, &rest, values, products, --n);
      pointAddFour(&row[j + 1].point, &row[j].point, &row[1].point, &inverse);
      if (have > 2) pointAddFour(&row[j - 1].point, &row[j].point, &minus, &inverse);
    }
  }
}

static void fillTable(const TableFour *table, const Point *four) {
  int positions = POSITIONS(table->width), digits = 1 << (table->width - 1);
  FieldFour beta;
  for (int lane = 0; lane < LANES; lane++) {
    fillFirstDigits(table, &four[lane], lane);
    fourFromLane(&beta, &BETA, lane);
  }
  for (int have = 1; have < digits; have *= 2) {
    fillEvenDigits(table, have);
    if (have > 1) fillOddDigits(table, have);
  }
  for (int i = 0; i < positions * digits; i++)
    fourMul(&table->entries[i].betaX, &table->entries[i].point.x, &beta);
}

/* The table entries whose sum is the key times each R; returns how many. */
static int gatherPoints(PointFour *points, const TableFour *table, const Key *key) {
  int width = table->width, positions = POSITIONS(width), digits = 1 << (width - 1), count = 0;
  for (int h = 0; h < 2; h++) {
    int carry = 0;
    for (int i = 0; i < positions; i++) {
      int digit = (int)halfBits(key->half[h], i * width, width) + carry;
      carry = digit > digits;
      if (carry) digit -= 2 * digits;
      if (digit == 0) continue;
      const EntryFour *entry = &tableRow(table, i)[digit < 0 ? -digit : digit];
      PointFour *to = &points[count++];
      to->x = h ? entry->betaX : entry->point.x;
      v128_t sign = wasm_i32x4_splat((digit < 0) != key->isNegative[h] ? -1 : 0);
      for (int l = 0; l < LIMBS; l++)
        to->y.limb[l] = wasm_i32x4_sub(wasm_v128_xor(entry->point.y.limb[l], sign), sign);
    }
  }
  return count;
}

static int isZeroSomewhere(const FieldFour *a) {
  Field lane;
  int any = 0;
  for (int i = 0; i < LANES; i++) {
    fourToLane(&lane, a, i);
    any |= fieldIsZero(&lane);
  }
  return any;
}

/* One level of the trees: points `step` apart are added in pairs. 0 when two have the same x. */
static int addLevel(int *counts, int keys, int stride, int step, int isLast) {
  int n = 0;
  FieldFour rest, inverse;
  for (int k = 0; k < keys; k++) {
    const PointFour *points = batchPoints + k * stride;
    for (int i = 0; i + 1 < counts[k]; i += 2, n++) {
      fourSub(&values[n], &points[(i + 1) * step].x, &points[i * step].x);
      extendProductsFour(values, products, n);
    }
  }
  if (n == 0) return 1;
  fourInvert(&rest, &products[n - 1]);
  if (isZeroSomewhere(&rest)) return 0;
  for (int k = keys - 1; k >= 0; k--) {
    PointFour *points = batchPoints + k * stride;
    for (int i = (counts[k] & ~1) - 2; i >= 0; i -= 2) {
      PointFour *a = &points[i * step];
      const PointFour *b = &points[(i + 1) * step];
      takeInverseFour(&inverse, &rest, values, products, --n);
      if (isLast) pointAddXFour(&a->x, a, b, &inverse);
      else pointAddFour(a, a, b, &inverse);
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
 * X of each key times the four points, for at most batchKeys() keys: those of key i are
 * batchPoints[i * 2 * POSITIONS(width)].x. Returns 0 when some addition has two points of equal x,
 * which affine addition cannot do.
 */
static int multiplyBatch(const TableFour *table, const Key *keys, int count) {
  static int counts[MAX_BATCH_KEYS];
  int stride = 2 * POSITIONS(table->width), most = 0;
  for (int k = 0; k < count; k++) {
    counts[k] = gatherPoints(batchPoints + k * stride, table, &keys[k]);
    if (counts[k] > most) most = counts[k];
  }
  for (int step = 1; most > 1; step *= 2, most = (most + 1) / 2)
    if (!addLevel(counts, count, stride, step, most == 2)) return 0;
  return 1;
}

#endif
