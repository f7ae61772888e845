/*
 * Trial decryption of four containers at once (see trial.h): which of many keys may open which of them?
 * A module of its own, because it needs vector instructions. Built by scripts/build-curve-kernel.mjs.
 */
#include "multiply-four.h"
#include "padding.h"

/* Most keys of one call. */
#define FOUR_KEYS 1024

static EntryFour entries[MAX_ENTRIES];
static TableFour table = {0, entries};

/* R of each, 64 bytes, and the two last blocks of the ciphertext (or IV and the only one). */
static uint8_t inputs[LANES][64 + 2 * AES_BLOCK];
/* The survivors: place of the key and number of the container, and X. */
static struct {
  uint32_t index, lane;
  uint8_t x[32];
} survivors[FOUR_KEYS * LANES];

static Key keys[FOUR_KEYS];

EXPORT(inputs) void *inputsAt(void) { return inputs; }
EXPORT(keys) Key *keysAt(void) { return keys; }
EXPORT(keyBytes) int keyBytes(void) { return sizeof(Key); }
EXPORT(survivors) void *survivorsAt(void) { return survivors; }
EXPORT(survivorBytes) int survivorBytes(void) { return sizeof survivors[0]; }

/* Has to be called once, before anything else. */
EXPORT(prepare) void prepare(void) { prepareAes(); }

/*
 * Takes the four R over from the inputs, and makes the table of digits of `width` bits, 2 to MAX_WIDTH.
 * Returns the lanes, a bit each, whose R is on the curve; G stands in for the others.
 */
EXPORT(setPoints) int setPoints(int width) {
  Point points[LANES];
  int good = 0;
  for (int lane = 0; lane < LANES; lane++) {
    if (pointFromBytes(&points[lane], inputs[lane])) good |= 1 << lane;
    else points[lane] = BASE_POINT;
  }
  table.width = width;
  fillTable(&table, points);
  return good;
}

static void keepOrNot(int *kept, int index, int lane, const FieldFour *x, int all) {
  uint8_t bytes[32];
  Field own;
  fourToLane(&own, x, lane);
  fieldToBytes(bytes, &own);
  if (!hasPadding(bytes, inputs[lane] + 64) && !all) return;
  survivors[*kept].index = (uint32_t)index;
  survivors[*kept].lane = (uint32_t)lane;
  __builtin_memcpy(survivors[*kept].x, bytes, 32);
  (*kept)++;
}

/*
 * Tries the first `count` keys with each of the four, whatever the others give; returns how many pairs
 * survive, or -1 when an addition has two points of equal x: then they have to be tried one by one.
 * With `all` every pair counts as survivor (tests of the multiplication).
 */
EXPORT(tryKeys) int tryKeys(int count, int all) {
  int kept = 0, stride = 2 * POSITIONS(table.width), most = batchKeys(table.width);
  for (int from = 0; from < count; from += most) {
    int some = count - from < most ? count - from : most;
    if (!multiplyBatch(&table, keys + from, some)) return -1;
    for (int i = 0; i < some; i++)
      for (int lane = 0; lane < LANES; lane++)
        keepOrNot(&kept, from + i, lane, &batchPoints[i * stride].x, all);
  }
  return kept;
}
