/* The cheap look at whether a shared point opens an ECIES container. */
#ifndef PETREL_PADDING_H
#define PETREL_PADDING_H

#include "aes.h"
#include "scalar.h"
#include "sha512.h"

#define AES_BLOCK 16

/*
 * Whether the plaintext can end as PKCS#7 wants it when `x` is X of the shared point: SHA-512 of X gives
 * the AES key, which decrypts the last of `blocks`, two blocks of the ciphertext (or IV and the only
 * one). One wrong key in about 256 passes.
 */
static int hasPadding(const uint8_t *x, const uint8_t *blocks) {
  uint64_t w[16] = {0}, hash[8];
  uint32_t key[AES_KEY_WORDS], block[4], plain[4];
  const uint8_t *before = blocks, *last = before + AES_BLOCK;
  for (int i = 0; i < 4; i++) w[i] = readWord64(x + 8 * i);
  w[4] = 1ULL << 63; /* One block: 32 bytes, a bit, zeros, the length of 256 bits. */
  w[15] = 256;
  for (int i = 0; i < 8; i++) hash[i] = SHA512_START[i];
  sha512Block(hash, w);
  for (int i = 0; i < AES_KEY_WORDS; i++) key[i] = (uint32_t)(hash[i / 2] >> (i % 2 ? 0 : 32));
  for (int i = 0; i < 4; i++) block[i] = readWord(last + 4 * i);
  aesDecryptBlock(plain, block, key);
  for (int i = 0; i < 4; i++) plain[i] ^= readWord(before + 4 * i);
  uint32_t length = plain[3] & 255, wrong = length < 1 || length > AES_BLOCK;
  for (uint32_t i = 0; i < AES_BLOCK; i++) {
    uint32_t byte = plain[i / 4] >> (24 - 8 * (i % 4)) & 255;
    wrong |= (i + length >= AES_BLOCK) & (byte != length);
  }
  return !wrong;
}

#endif
