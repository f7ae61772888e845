/*
 * AES-256, decryption of a single block (FIPS 197), for the padding filter. With tables, so the time
 * depends on the key through the processor's cache.
 */
#ifndef PETREL_AES_H
#define PETREL_AES_H

#include "base.h"

#define AES_ROUNDS 14
#define AES_KEY_WORDS 8

static uint8_t substitute[256], unsubstitute[256];
/* A byte times 14, 9, 13, 11: a column of the inverse MixColumns. */
static uint32_t unmix[256];

static uint8_t timesX(uint8_t a) { return (uint8_t)(a << 1 ^ (a >> 7) * 0x1b); }

static uint8_t timesByte(uint8_t a, uint8_t b) {
  uint8_t r = 0;
  for (; b; b >>= 1, a = timesX(a))
    if (b & 1) r ^= a;
  return r;
}

static void prepareAes(void) {
  /* p runs through the powers of 3, q through their inverses. */
  uint8_t p = 1, q = 1;
  do {
    p ^= timesX(p);
    q = timesByte(q, 0xf6);
    uint32_t twice = q | q << 8;
    substitute[p] = (uint8_t)(0x63 ^ q ^ twice >> 7 ^ twice >> 6 ^ twice >> 5 ^ twice >> 4);
  } while (p != 1);
  substitute[0] = 0x63;
  for (int i = 0; i < 256; i++) {
    uint8_t b = (uint8_t)i;
    unsubstitute[substitute[i]] = b;
    unmix[i] = (uint32_t)timesByte(b, 14) << 24 | (uint32_t)timesByte(b, 9) << 16 |
               (uint32_t)timesByte(b, 13) << 8 | timesByte(b, 11);
  }
}

static inline uint32_t rotate32(uint32_t x, int by) { return x >> by | x << (32 - by); }

static inline uint32_t substituteWord(uint32_t w) {
  return (uint32_t)substitute[w >> 24] << 24 | (uint32_t)substitute[w >> 16 & 255] << 16 |
         (uint32_t)substitute[w >> 8 & 255] << 8 | substitute[w & 255];
}

/* One word of InvSubBytes after InvShiftRows: a byte from each of four columns. */
static inline uint32_t unshift(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return (uint32_t)unsubstitute[a >> 24] << 24 | (uint32_t)unsubstitute[b >> 16 & 255] << 16 |
         (uint32_t)unsubstitute[c >> 8 & 255] << 8 | unsubstitute[d & 255];
}

static inline uint32_t unmixWord(uint32_t w) {
  return unmix[w >> 24] ^ rotate32(unmix[w >> 16 & 255], 8) ^ rotate32(unmix[w >> 8 & 255], 16) ^
         rotate32(unmix[w & 255], 24);
}

/* Decrypts four words (big-endian) with a key of eight. */
static void aesDecryptBlock(uint32_t *out, const uint32_t *block, const uint32_t *key) {
  uint32_t k[4 * (AES_ROUNDS + 1)], s[4], t[4];
  uint8_t constant = 1;
  for (int i = 0; i < AES_KEY_WORDS; i++) k[i] = key[i];
  for (int i = AES_KEY_WORDS; i < 4 * (AES_ROUNDS + 1); i++) {
    uint32_t word = k[i - 1];
    if (i % AES_KEY_WORDS == 0) {
      word = substituteWord(rotate32(word, 24)) ^ (uint32_t)constant << 24;
      constant = timesX(constant);
    } else if (i % AES_KEY_WORDS == 4) {
      word = substituteWord(word);
    }
    k[i] = k[i - AES_KEY_WORDS] ^ word;
  }
  for (int i = 0; i < 4; i++) s[i] = block[i] ^ k[4 * AES_ROUNDS + i];
  for (int round = AES_ROUNDS - 1; round >= 0; round--) {
    for (int i = 0; i < 4; i++)
      t[i] = unshift(s[i], s[(i + 3) & 3], s[(i + 2) & 3], s[(i + 1) & 3]) ^ k[4 * round + i];
    for (int i = 0; i < 4; i++) s[i] = round ? unmixWord(t[i]) : t[i];
  }
  for (int i = 0; i < 4; i++) out[i] = s[i];
}

#endif
