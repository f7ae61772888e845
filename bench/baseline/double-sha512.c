/*
 * Baseline of bench/pow.ts: trials of the proof of work as PyBitmessage's native module does them, one
 * thread, OpenSSL's SHA-512 with a context on the stack, init/update/final twice a trial.
 * Usage: double-sha512 SECONDS; prints "trials wallSeconds cpuSeconds".
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NONCE_BYTES = 8, LOOK_AT_CLOCK_EVERY = 4096 };

static double seconds(clockid_t which) {
  struct timespec now;
  clock_gettime(which, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t trial(uint64_t nonce, unsigned char *message) {
  SHA512_CTX context;
  unsigned char digest[SHA512_DIGEST_LENGTH];
  uint64_t value = 0;
  for (int i = 0; i < NONCE_BYTES; i++) message[i] = (unsigned char)(nonce >> (56 - 8 * i));
  SHA512_Init(&context);
  SHA512_Update(&context, message, NONCE_BYTES + SHA512_DIGEST_LENGTH);
  SHA512_Final(digest, &context);
  SHA512_Init(&context);
  SHA512_Update(&context, digest, SHA512_DIGEST_LENGTH);
  SHA512_Final(digest, &context);
  for (int i = 0; i < 8; i++) value = value << 8 | digest[i];
  return value;
}

int main(int argc, char **argv) {
  const double duration = argc > 1 ? atof(argv[1]) : 1;
  unsigned char message[NONCE_BYTES + SHA512_DIGEST_LENGTH];
  memset(message, 0xa5, sizeof message);
  const double wall = seconds(CLOCK_MONOTONIC);
  const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  uint64_t trials = 0, hits = 0;
  while (seconds(CLOCK_MONOTONIC) - wall < duration) {
    for (int i = 0; i < LOOK_AT_CLOCK_EVERY; i++) hits += trial(++trials, message) == 0;
  }
  printf("%llu %.6f %.6f\n", (unsigned long long)trials, seconds(CLOCK_MONOTONIC) - wall,
         seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
  return hits == trials;
}
