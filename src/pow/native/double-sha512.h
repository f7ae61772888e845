/*
 * Double SHA-512 for proof of work: value(nonce) = first 64 bits of SHA512(SHA512(nonce + initial
 * hash)), searched for the first value at most the target. [FIPS 180-4; Protocol: proof of work]
 *
 * Included once by each kernel, which defines before:
 *   LANES            nonces that are tried side by side
 *   words            LANES numbers of 64 bits
 *   spread(x)        the number x in every lane
 *   counting(x)      x, x + 1, ... one per lane
 *   add(x, y), shift_right(x, n), rotate_right(x, n), xor3(x, y, z)
 *   choose(e, f, g), majority(a, b, c)
 *   first_reached(values, target)   first lane whose value is at most target, or LANES
 *   SEARCH           name of the function that is made
 *
 * Both messages (72 and 64 bytes) fit one padded block, so a trial is two compressions from the same
 * initial state. What does not depend on the nonce is computed before: round 0 but for its word, and
 * the first words with their round constants added. Rounds 16 to 79 stay a loop over 16 rounds:
 * unrolled they fall out of the processor's cache of decoded instructions.
 */
#include "search.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Round constants. [FIPS 180-4 section 4.2.3] */
static const uint64_t K[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/* Initial state. [FIPS 180-4 section 5.3.5] */
static const uint64_t H0[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* In a padded block: the end of the message, and its length in bits as the last word. */
static const uint64_t END_MARK = (uint64_t)1 << 63;
static const uint64_t NONCE_AND_HASH_BITS = 576;
static const uint64_t HASH_BITS = 512;

/* What is the same for every nonce of a search. */
struct prepared {
  /* Round 0 of either block adds its first word to these two. */
  uint64_t round0_a, round0_e;
  /* The first block, word 0 (the nonce) left out; plain and with the round constants added. */
  uint64_t first[16], first_keyed[16];
};

/* Functions of a round and of the schedule. [FIPS 180-4 section 4.1.3] */
ALWAYS_INLINE words big_sigma0(words x) {
  return xor3(rotate_right(x, 28), rotate_right(x, 34), rotate_right(x, 39));
}
ALWAYS_INLINE words big_sigma1(words x) {
  return xor3(rotate_right(x, 14), rotate_right(x, 18), rotate_right(x, 41));
}
ALWAYS_INLINE words small_sigma0(words x) {
  return xor3(rotate_right(x, 1), rotate_right(x, 8), shift_right(x, 7));
}
ALWAYS_INLINE words small_sigma1(words x) {
  return xor3(rotate_right(x, 19), rotate_right(x, 61), shift_right(x, 6));
}

/*
 * Where register a (0) to h (7) is in round t: instead of moving all eight, the names move. The new a
 * takes the place of h, the new e that of d.
 */
#define REGISTER(name, t) state[((name) + 80 - (t)) & 7]

/* Round t; keyed is its word with its round constant added. [FIPS 180-4 section 6.4.2] */
#define ROUND(t, keyed)                                                                            \
  do {                                                                                             \
    const words t1 =                                                                               \
        add(add(REGISTER(7, t), keyed),                                                            \
            add(big_sigma1(REGISTER(4, t)),                                                        \
                choose(REGISTER(4, t), REGISTER(5, t), REGISTER(6, t))));                          \
    REGISTER(3, t) = add(REGISTER(3, t), t1);                                                      \
    REGISTER(7, t) =                                                                               \
        add(add(t1, big_sigma0(REGISTER(0, t))),                                                   \
            majority(REGISTER(0, t), REGISTER(1, t), REGISTER(2, t)));                             \
  } while (0)

/* The word 16 after the one at i takes its place, then round k + i is done with it. */
#define SCHEDULED_ROUND(i)                                                                         \
  do {                                                                                             \
    word[i] = add(add(word[i], small_sigma0(word[((i) + 1) & 15])),                                \
                  add(word[((i) + 9) & 15], small_sigma1(word[((i) + 14) & 15])));                 \
    ROUND(i, add(word[i], spread(K[k + (i)])));                                                    \
  } while (0)

/* State after round 0. */
ALWAYS_INLINE void begin_block(words state[8], const struct prepared *prepared, words word0) {
  for (int i = 0; i < 8; i++) state[i] = spread(H0[i]);
  state[7] = add(spread(prepared->round0_a), word0);
  state[3] = add(spread(prepared->round0_e), word0);
}

ALWAYS_INLINE void rounds_16_to_79(words state[8], words word[16]) {
  for (int k = 16; k < 80; k += 16) {
    SCHEDULED_ROUND(0);
    SCHEDULED_ROUND(1);
    SCHEDULED_ROUND(2);
    SCHEDULED_ROUND(3);
    SCHEDULED_ROUND(4);
    SCHEDULED_ROUND(5);
    SCHEDULED_ROUND(6);
    SCHEDULED_ROUND(7);
    SCHEDULED_ROUND(8);
    SCHEDULED_ROUND(9);
    SCHEDULED_ROUND(10);
    SCHEDULED_ROUND(11);
    SCHEDULED_ROUND(12);
    SCHEDULED_ROUND(13);
    SCHEDULED_ROUND(14);
    SCHEDULED_ROUND(15);
  }
}

/* SHA-512 of nonce and initial hash, as the first eight words of the second block. */
ALWAYS_INLINE void hash_nonce(words word[16], const struct prepared *prepared, words nonce) {
  words state[8];
#define KEYED_ROUND(t) ROUND(t, spread(prepared->first_keyed[t]))
  begin_block(state, prepared, nonce);
  KEYED_ROUND(1);
  KEYED_ROUND(2);
  KEYED_ROUND(3);
  KEYED_ROUND(4);
  KEYED_ROUND(5);
  KEYED_ROUND(6);
  KEYED_ROUND(7);
  KEYED_ROUND(8);
  KEYED_ROUND(9);
  KEYED_ROUND(10);
  KEYED_ROUND(11);
  KEYED_ROUND(12);
  KEYED_ROUND(13);
  KEYED_ROUND(14);
  KEYED_ROUND(15);
#undef KEYED_ROUND
  word[0] = nonce;
  for (int i = 1; i < 16; i++) word[i] = spread(prepared->first[i]);
  rounds_16_to_79(state, word);
  for (int i = 0; i < 8; i++) word[i] = add(state[i], spread(H0[i]));
}

/* First word of the SHA-512 of a hash that stands in the first eight words. */
ALWAYS_INLINE words hash_hash(words word[16], const struct prepared *prepared) {
  words state[8];
#define HASH_ROUND(t) ROUND(t, add(word[t], spread(K[t])))
  begin_block(state, prepared, word[0]);
  HASH_ROUND(1);
  HASH_ROUND(2);
  HASH_ROUND(3);
  HASH_ROUND(4);
  HASH_ROUND(5);
  HASH_ROUND(6);
  HASH_ROUND(7);
#undef HASH_ROUND
  ROUND(8, spread(END_MARK + K[8]));
  ROUND(9, spread(K[9]));
  ROUND(10, spread(K[10]));
  ROUND(11, spread(K[11]));
  ROUND(12, spread(K[12]));
  ROUND(13, spread(K[13]));
  ROUND(14, spread(K[14]));
  ROUND(15, spread(HASH_BITS + K[15]));
  word[8] = spread(END_MARK);
  for (int i = 9; i < 15; i++) word[i] = spread(0);
  word[15] = spread(HASH_BITS);
  rounds_16_to_79(state, word);
  return add(state[0], spread(H0[0]));
}

static uint64_t rotated(uint64_t x, int n) { return x >> n | x << (64 - n); }

static struct prepared prepare(const unsigned char initial_hash[INITIAL_HASH_BYTES]) {
  struct prepared prepared = {0};
  const uint64_t a = H0[0], b = H0[1], c = H0[2], e = H0[4], f = H0[5], g = H0[6];
  const uint64_t t1 = H0[7] + K[0] + (rotated(e, 14) ^ rotated(e, 18) ^ rotated(e, 41)) +
                      (((f ^ g) & e) ^ g);
  const uint64_t t2 =
      (rotated(a, 28) ^ rotated(a, 34) ^ rotated(a, 39)) + ((a & b) ^ (a & c) ^ (b & c));
  prepared.round0_a = t1 + t2;
  prepared.round0_e = H0[3] + t1;
  for (int i = 0; i < INITIAL_HASH_BYTES; i++) {
    uint64_t *word = &prepared.first[1 + i / 8];
    *word = *word << 8 | initial_hash[i];
  }
  prepared.first[9] = END_MARK;
  prepared.first[15] = NONCE_AND_HASH_BITS;
  for (int i = 0; i < 16; i++) prepared.first_keyed[i] = prepared.first[i] + K[i];
  return prepared;
}

uint64_t SEARCH(const unsigned char initial_hash[INITIAL_HASH_BYTES], uint64_t start,
                uint64_t count, uint64_t target) {
  const struct prepared prepared = prepare(initial_hash);
  for (uint64_t done = 0; done < count; done += LANES) {
    words word[16];
    hash_nonce(word, &prepared, counting(start + done));
    const uint64_t lane = first_reached(hash_hash(word, &prepared), target);
    /* The last lanes may be beyond the range. */
    if (lane < LANES) return lane < count - done ? start + done + lane : 0;
  }
  return 0;
}
