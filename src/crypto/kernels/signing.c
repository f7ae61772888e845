/*
 * Work with one secret key at a time, each in the same time whatever the key is: signatures, and public
 * keys. A WebAssembly module of its own, with a memory that holds nothing else. Built by
 * scripts/build-curve-kernel.mjs.
 */
#include "base-comb.h"
#include "nonce.h"

/* Wiped behind each call: more than the calls below need of the stack. */
#define STACK_BYTES 8192

/* A private key and a hash, 32 bytes each; then r and s, or X and Y. */
static uint8_t input[64], output[64];

EXPORT(input) uint8_t *inputAt(void) { return input; }
EXPORT(output) uint8_t *outputAt(void) { return output; }

/* Has to be called once, before anything else, with 64 random bytes as input. */
EXPORT(prepare) void prepare(void) {
  fillComb();
  blindBase(input, input + 32);
  memset(input, 0, sizeof input);
}

static OUTLINE void wipe(void) {
  uint8_t stack[STACK_BYTES];
  memset(stack, 0, sizeof stack);
  __asm__ volatile("" : : "r"(stack) : "memory");
  memset(input, 0, sizeof input);
}

/* s, or n - s where that is lower. */
static void lowerNumber(Number *s) {
  Number other;
  negateNumber(&other, s);
  uint32_t difference[WORDS];
  uint32_t isOtherLower = subtractWords(difference, other.word, s->word);
  chooseWords(s->word, isOtherLower, other.word, s->word, WORDS);
}

/* All ones when there is a signature. */
static OUTLINE uint32_t makeSignature(void) {
  Number key, hash, nonce, r, s;
  Point point;
  uint32_t isGood = numberFromBytes(&key, input) & ~isZeroNumber(&key);
  (void)numberFromBytes(&hash, input + 32);
  isGood &= makeNonce(&nonce, &key, &hash);
  isGood &= ~multiplyBase(&point, &nonce);
  fieldToBytes(output, &point.x);
  (void)numberFromBytes(&r, output);
  /* s = (hash + r key) / nonce */
  multiplyNumbers(&s, &r, &key);
  addNumbers(&s, &s, &hash);
  invertNumber(&nonce, &nonce);
  multiplyNumbers(&s, &s, &nonce);
  lowerNumber(&s);
  numberToBytes(output, &r);
  numberToBytes(output + 32, &s);
  return isGood & ~isZeroNumber(&r) & ~isZeroNumber(&s);
}

static OUTLINE uint32_t makePublicKey(void) {
  Number key;
  Point point;
  uint32_t isGood = numberFromBytes(&key, input) & ~isZeroNumber(&key);
  isGood &= ~multiplyBase(&point, &key);
  fieldToBytes(output, &point.x);
  fieldToBytes(output + 32, &point.y);
  return isGood;
}

/*
 * Signs the hash; 0 when the key is none. Also 0 where RFC 6979 would have to take a second candidate,
 * which nobody will ever see: 1 in 2^127.
 */
EXPORT(sign) int sign(void) {
  int isGood = makeSignature() & 1;
  wipe();
  return isGood;
}

/* The public key of the private key; 0 when that is none. */
EXPORT(publicKey) int publicKey(void) {
  int isGood = makePublicKey() & 1;
  wipe();
  return isGood;
}
