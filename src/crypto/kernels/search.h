/*
 * The search for keys whose ripe, RIPEMD-160(SHA-512(signing key, encryption key)), begins with zero
 * bytes. Random keys: the encryption key is stepped, so that a try costs an addition of points
 * instead of a multiplication. Keys of a passphrase are hashes: multiplied in batches like keys on
 * trial, with a table of the base point.
 */
#ifndef PETREL_SEARCH_H
#define PETREL_SEARCH_H

#include "ripemd160.h"
#include "trial.h"

/* Points on either side of a center that share an inversion. */
#define REACH 256
#define STRIDE (2 * REACH + 1)
#define PUBLIC_KEY_BYTES 65
#define NOT_FOUND (-1)
#define FAILED (-2)
/* Most pairs of keys of one call. */
#define SEARCH_PAIRS 1024
#define PASSPHRASE_BYTES 65536

/* Both public keys, each with the byte 04 before it. */
static uint8_t publicKeys[2 * PUBLIC_KEY_BYTES];
/* i times the base point, from i = 1; the last is STRIDE times it. */
static Point multiples[REACH + 1];
static Point center;
/* A passphrase, and room for the number behind it. */
static uint8_t passphrase[PASSPHRASE_BYTES + 5];
static uint32_t hits[SEARCH_PAIRS];

EXPORT(publicKeys) uint8_t *publicKeysAt(void) { return publicKeys; }
EXPORT(passphrase) uint8_t *passphraseAt(void) { return passphrase; }
EXPORT(reach) int reach(void) { return REACH; }
EXPORT(hits) uint32_t *hitsAt(void) { return hits; }

static void writePoint(uint8_t *to, const Field *x, const Field *y) {
  to[0] = 4;
  fieldToBytes(to + 1, x);
  fieldToBytes(to + 33, y);
}

/* Does the ripe of both public keys begin with so many zero bytes, 0 to 4? */
static int hasZeros(int zeros) {
  uint64_t hash[8];
  uint32_t ripe[5];
  sha512(hash, publicKeys, sizeof publicKeys);
  ripemd160(ripe, hash);
  return zeros == 0 || ripe[0] << (32 - 8 * zeros) == 0;
}

static int fitsEncryptionPoint(const Point *point, int zeros) {
  writePoint(publicKeys + PUBLIC_KEY_BYTES, &point->x, &point->y);
  return hasZeros(zeros);
}

static void fillMultiples(void) {
  static Jacobian sums[STRIDE];
  static Point points[STRIDE];
  jacobianFromPoint(&sums[0], &BASE_POINT);
  for (int i = 1; i < STRIDE; i++) {
    sums[i] = sums[i - 1];
    jacobianAdd(&sums[i], &BASE_POINT);
  }
  pointsFromJacobian(points, sums, STRIDE, values, products);
  for (int i = 0; i < REACH; i++) multiples[i] = points[i];
  multiples[REACH] = points[STRIDE - 1];
}

/*
 * Begins at the encryption key that is in publicKeys, with the signing key before it. The input's
 * point is not used. 0 when it is no point.
 */
EXPORT(beginSteps) int beginSteps(void) {
  fillMultiples();
  return pointFromBytes(&center, publicKeys + PUBLIC_KEY_BYTES + 1);
}

/* The keys around the center: returns REACH + the distance of one that fits, or NOT_FOUND. */
static int searchAround(int zeros) {
  Field rest, inverse;
  Point near, minus, next = center;
  int found = NOT_FOUND;
  for (int i = 0; i <= REACH; i++) {
    fieldSub(&values[i], &multiples[i].x, &center.x);
    extendProducts(values, products, i);
  }
  fieldInvert(&rest, &products[REACH]);
  if (fieldIsZero(&rest)) return FAILED;
  if (fitsEncryptionPoint(&center, zeros)) found = REACH;
  for (int i = REACH; i >= 0; i--) {
    takeInverse(&inverse, &rest, values, products, i);
    if (i == REACH) {
      pointAdd(&next, &center, &multiples[i], &inverse);
      continue;
    }
    pointAdd(&near, &center, &multiples[i], &inverse);
    if (fitsEncryptionPoint(&near, zeros)) found = REACH + i + 1;
    minus = multiples[i]; /* The same difference of x, so the same inverse. */
    fieldNegate(&minus.y);
    pointAdd(&near, &center, &minus, &inverse);
    if (fitsEncryptionPoint(&near, zeros)) found = REACH - i - 1;
  }
  center = next;
  return found;
}

/*
 * Goes on for at most `rounds` times STRIDE tries. Returns where a fitting key is: the private key is
 * the one at the beginning - REACH + what is returned + STRIDE for each round of earlier calls;
 * or NOT_FOUND; or FAILED when the walk meets the base point, and another start is needed.
 */
EXPORT(searchSteps) int searchSteps(int rounds, int zeros) {
  for (int round = 0; round < rounds; round++) {
    int found = searchAround(zeros);
    if (found == FAILED) return FAILED;
    if (found != NOT_FOUND) return round * STRIDE + found;
  }
  return NOT_FOUND;
}

/* Table of the base point, for searchPassphrase(). */
EXPORT(prepareBase) void prepareBase(int width) {
  trialPoint = BASE_POINT;
  trialTable.width = width;
  hasOddMultiples = 0;
  fillTable(&trialTable, &trialPoint);
}

/* Behind the passphrase, as the wire's varint; returns its length. */
static uint32_t writeNumber(uint8_t *to, uint32_t number) {
  int bytes = number < 0xfd ? 0 : number <= 0xffff ? 2 : 4;
  if (bytes == 0) {
    to[0] = (uint8_t)number;
    return 1;
  }
  to[0] = bytes == 2 ? 0xfd : 0xfe;
  for (int i = 0; i < bytes; i++) to[1 + i] = (uint8_t)(number >> 8 * (bytes - 1 - i));
  return 1 + (uint32_t)bytes;
}

static int isPrivateKey(const uint8_t *bytes) {
  static const uint32_t ORDER[8] = {0xffffffff, 0xffffffff, 0xffffffff, 0xfffffffe,
                                    0xbaaedce6, 0xaf48a03b, 0xbfd25e8c, 0xd0364141};
  uint32_t any = 0;
  for (int i = 0; i < 32; i++) any |= bytes[i];
  if (any == 0) return 0;
  for (int i = 0; i < 8; i++) {
    uint32_t word = readWord(bytes + 4 * i);
    if (word != ORDER[i]) return word < ORDER[i];
  }
  return 0;
}

/* Key number `number` of the passphrase; 0 when the hash is no private key. */
static int passphraseKey(Key *key, uint32_t length, uint32_t number) {
  uint64_t hash[8];
  uint8_t bytes[32];
  sha512(hash, passphrase, length + writeNumber(passphrase + length, number));
  for (int i = 0; i < 32; i++) bytes[i] = (uint8_t)(hash[i / 8] >> (56 - 8 * (i % 8)));
  int isValid = isPrivateKey(bytes);
  if (!isValid) __builtin_memset(bytes, 1, 32); /* Any other: the pair does not count. */
  splitKey(key, bytes);
  return isValid;
}

static void multiplyAll(int count, int stride) {
  if (multiplyBatch(&trialTable, trialKeys, count, 0)) return;
  if (!hasOddMultiples) fillOddMultiples(&trialPoint);
  hasOddMultiples = 1;
  for (int i = 0; i < count; i++) {
    multiplyDirect(&ladder[0], &trialKeys[i]);
    pointsFromJacobian(&batchPoints[i * stride], &ladder[0], 1, values, products);
  }
}

/*
 * Pairs `first`, `first` + 1 ... of a passphrase: pair i is keys 2 i (signing) and 2 i + 1. Writes the
 * places of those that fit, counted from `first`, in order; returns how many.
 */
EXPORT(searchPassphrase) int searchPassphrase(int length, int first, int pairs, int zeros) {
  static uint8_t isValid[MAX_BATCH_KEYS];
  int most = batchKeys(trialTable.width) & ~1, stride = 2 * POSITIONS(trialTable.width), found = 0;
  for (int from = 0; from < 2 * pairs; from += most) {
    int some = 2 * pairs - from < most ? 2 * pairs - from : most;
    for (int i = 0; i < some; i++)
      isValid[i] = (uint8_t)passphraseKey(&trialKeys[i], (uint32_t)length,
                                          (uint32_t)(2 * first + from + i));
    multiplyAll(some, stride);
    for (int i = 0; i < some; i += 2) {
      const Point *signing = &batchPoints[i * stride], *encryption = &batchPoints[(i + 1) * stride];
      writePoint(publicKeys, &signing->x, &signing->y);
      if (isValid[i] && isValid[i + 1] && fitsEncryptionPoint(encryption, zeros))
        hits[found++] = (uint32_t)(from + i) / 2;
    }
  }
  return found;
}

#endif
