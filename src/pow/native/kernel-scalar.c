/* Kernel for any processor: one nonce at a time. */
#include <stdint.h>

#define SEARCH petrel_search_scalar
enum { LANES = 1 };
typedef uint64_t words;

#define spread(x) (x)
#define counting(x) (x)
#define add(x, y) ((x) + (y))
#define shift_right(x, n) ((x) >> (n))
#define rotate_right(x, n) ((x) >> (n) | (x) << (64 - (n)))
#define xor3(x, y, z) ((x) ^ (y) ^ (z))
static inline words choose(words e, words f, words g) { return ((f ^ g) & e) ^ g; }
/* The next round's b ^ c is this round's a ^ b: in this form it is computed once. */
static inline words majority(words a, words b, words c) { return ((a ^ b) & (b ^ c)) ^ b; }
static inline uint64_t first_reached(words value, uint64_t target) { return value > target; }

#include "double-sha512.h"
