/*
 * Trial decryption: which of many keys may open an ECIES container? For each key: X of key times R,
 * SHA-512 of X, of which the first half is the AES key; then the last block of the ciphertext is
 * decrypted and its PKCS#7 padding looked at. One wrong key in about 256 passes, and is left to the
 * caller's MAC. The cost does not depend on the length of the message.
 */
#ifndef PETREL_TRIAL_H
#define PETREL_TRIAL_H

#include "direct.h"
#include "padding.h"

/* Most keys of one call. */
#define TRIAL_KEYS 4096

static Entry trialEntries[MAX_ENTRIES];
static Point trialPoint;
static Table trialTable = {0, trialEntries};
static int hasOddMultiples;

/* R, 64 bytes; the two last blocks of the ciphertext (or IV and the only one). */
static uint8_t trialInput[64 + 2 * AES_BLOCK];
/* The survivors: place of the key, and X. */
static struct {
  uint32_t index;
  uint8_t x[32];
} survivors[TRIAL_KEYS];

static Key trialKeys[TRIAL_KEYS];

EXPORT(trialInput) uint8_t *trialInputAt(void) { return trialInput; }
EXPORT(trialKeys) Key *trialKeysAt(void) { return trialKeys; }
EXPORT(keyBytes) int keyBytes(void) { return sizeof(Key); }
EXPORT(survivors) void *survivorsAt(void) { return survivors; }
EXPORT(survivorBytes) int survivorBytes(void) { return sizeof survivors[0]; }

/* Splits the key in the first 32 bytes of the input, a number from 1 to n-1, for place `index`. */
EXPORT(prepareKey) void prepareKey(int index) { splitKey(&trialKeys[index], trialInput); }

/*
 * Takes R over from the input; 0 when it is not on the curve.
 * `width` of the digits: 0 for no table, all keys one by one.
 */
EXPORT(setPoint) int setPoint(int width) {
  hasOddMultiples = 0;
  if (width > MAX_WIDTH || !pointFromBytes(&trialPoint, trialInput)) return 0;
  trialTable.width = width;
  if (width > 0) fillTable(&trialTable, &trialPoint);
  return 1;
}

static void keepOrNot(int *kept, uint32_t index, const Field *x, int all) {
  uint8_t bytes[32];
  fieldToBytes(bytes, x);
  if (!hasPadding(bytes, trialInput + 64) && !all) return;
  survivors[*kept].index = index;
  __builtin_memcpy(survivors[*kept].x, bytes, 32);
  (*kept)++;
}

static void trialDirect(int *kept, int from, int count, int all) {
  /* Points in a row, so that all their Z share an inversion. */
  if (!hasOddMultiples) fillOddMultiples(&trialPoint);
  hasOddMultiples = 1;
  for (int i = 0; i < count; i++) multiplyDirect(&ladder[i], &trialKeys[from + i]);
  pointsFromJacobian(ladderPoints, ladder, count, values, products);
  for (int i = 0; i < count; i++) keepOrNot(kept, (uint32_t)(from + i), &ladderPoints[i].x, all);
}

/*
 * Tries the first `count` keys, each of them whatever the others give; returns how many
 * survive. With `all` every key counts as survivor (tests of the multiplication).
 */
EXPORT(trial) int trial(int count, int all) {
  int kept = 0, width = trialTable.width, stride = 2 * POSITIONS(width ? width : 1);
  int most = width ? batchKeys(width) : MAX_POSITIONS;
  for (int from = 0; from < count; from += most) {
    int some = count - from < most ? count - from : most;
    if (width && multiplyBatch(&trialTable, trialKeys + from, some, 1)) {
      for (int i = 0; i < some; i++)
        keepOrNot(&kept, (uint32_t)(from + i), &batchPoints[i * stride].x, all);
    } else {
      for (int i = 0; i < some; i += MAX_POSITIONS)
        trialDirect(&kept, from + i, some - i < MAX_POSITIONS ? some - i : MAX_POSITIONS, all);
    }
  }
  return kept;
}

#endif
