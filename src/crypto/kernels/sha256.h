/* SHA-256 (FIPS 180-4), and HMAC of it with keys of 32 bytes. */
#ifndef PETREL_SHA256_H
#define PETREL_SHA256_H

#include "base.h"

#define SHA256_BLOCK 64
#define SHA256_BYTES 32

static const uint32_t SHA256_START[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const uint32_t SHA256_ROUND[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t turn32(uint32_t x, int by) { return x >> by | x << (32 - by); }

/* Takes a block of sixteen words into the state; the words are used up. */
static OUTLINE void sha256Block(uint32_t *state, uint32_t *w) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i += 16) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 16; j++) {
      uint32_t t1 = h + (turn32(e, 6) ^ turn32(e, 11) ^ turn32(e, 25)) + (g ^ (e & (f ^ g))) +
                    SHA256_ROUND[i + j] + w[j];
      uint32_t t2 = (turn32(a, 2) ^ turn32(a, 13) ^ turn32(a, 22)) + ((a & b) | (c & (a | b)));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    if (i == 48) break;
#pragma clang loop unroll(full)
    for (int j = 0; j < 16; j++) {
      uint32_t x = w[(j + 1) & 15], y = w[(j + 14) & 15];
      w[j] += (turn32(x, 7) ^ turn32(x, 18) ^ x >> 3) + w[(j + 9) & 15] +
              (turn32(y, 17) ^ turn32(y, 19) ^ y >> 10);
    }
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static inline uint32_t loadWord(const uint8_t *bytes) {
  uint32_t word;
  __builtin_memcpy(&word, bytes, 4);
  return __builtin_bswap32(word);
}

static inline void storeWord(uint8_t *bytes, uint32_t word) {
  word = __builtin_bswap32(word);
  __builtin_memcpy(bytes, &word, 4);
}

/* Goes on to the end from a state behind one block: at most a block and 55 bytes more. */
static void sha256Rest(uint32_t *state, const uint8_t *bytes, uint32_t length) {
  uint8_t blocks[2 * SHA256_BLOCK] = {0};
  /* Behind them a bit and the length in bits, of eight bytes. */
  uint32_t end = (length + 8) / SHA256_BLOCK * SHA256_BLOCK + SHA256_BLOCK, w[16];
  for (uint32_t i = 0; i < length; i++) blocks[i] = bytes[i];
  blocks[length] = 0x80;
  storeWord(blocks + end - 4, (SHA256_BLOCK + length) * 8);
  for (uint32_t at = 0; at < end; at += SHA256_BLOCK) {
    for (int i = 0; i < 16; i++) w[i] = loadWord(blocks + at + 4 * i);
    sha256Block(state, w);
  }
}

/* The states behind the key's blocks. */
typedef struct {
  uint32_t inner[8], outer[8];
} HmacKey;

static void startHmac(uint32_t *state, const uint8_t *key, uint8_t pad) {
  uint32_t w[16];
  for (int i = 0; i < 16; i++) w[i] = pad * 0x01010101u;
  for (int i = 0; i < 8; i++) w[i] ^= loadWord(key + 4 * i);
  for (int i = 0; i < 8; i++) state[i] = SHA256_START[i];
  sha256Block(state, w);
}

static void setHmacKey(HmacKey *hmac, const uint8_t *key) {
  startHmac(hmac->inner, key, 0x36);
  startHmac(hmac->outer, key, 0x5c);
}

/* To 32 bytes; at most a block and 55 bytes are taken. */
static void hmacSha256(uint8_t *to, const HmacKey *key, const uint8_t *bytes, uint32_t length) {
  uint32_t state[8];
  uint8_t inner[SHA256_BYTES];
  for (int i = 0; i < 8; i++) state[i] = key->inner[i];
  sha256Rest(state, bytes, length);
  for (int i = 0; i < 8; i++) storeWord(inner + 4 * i, state[i]);
  for (int i = 0; i < 8; i++) state[i] = key->outer[i];
  sha256Rest(state, inner, SHA256_BYTES);
  for (int i = 0; i < 8; i++) storeWord(to + 4 * i, state[i]);
}

#endif
