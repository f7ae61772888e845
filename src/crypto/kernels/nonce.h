/* The secret number of a signature, made of key and hash (RFC 6979, section 3.2). */
#ifndef PETREL_NONCE_H
#define PETREL_NONCE_H

#include "order.h"
#include "sha256.h"

/* Of key and hash, both modulo n. All ones when the first candidate will do, as all but 1 in 2^127 do. */
static uint32_t makeNonce(Number *nonce, const Number *key, const Number *hash) {
  uint8_t message[SHA256_BYTES + 1 + 64], v[SHA256_BYTES], k[SHA256_BYTES] = {0};
  HmacKey hmac;
  memset(v, 1, sizeof v);
  numberToBytes(message + SHA256_BYTES + 1, key);
  numberToBytes(message + SHA256_BYTES + 1 + 32, hash);
  for (uint8_t round = 0; round < 2; round++) {
    __builtin_memcpy(message, v, sizeof v);
    message[SHA256_BYTES] = round;
    setHmacKey(&hmac, k);
    hmacSha256(k, &hmac, message, sizeof message);
    setHmacKey(&hmac, k);
    hmacSha256(v, &hmac, v, sizeof v);
  }
  hmacSha256(v, &hmac, v, sizeof v);
  return numberFromBytes(nonce, v) & ~isZeroNumber(nonce);
}

#endif
