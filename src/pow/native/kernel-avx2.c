/* Kernel for x86-64 with AVX2: four nonces side by side. */
#include "search.h"

#ifdef PETREL_POW_X86

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif
#include <immintrin.h>

#define SEARCH petrel_search_avx2
enum { LANES = 4 };
typedef __m256i words;

#define spread(x) _mm256_set1_epi64x((long long)(x))
#define counting(x) _mm256_add_epi64(spread(x), _mm256_setr_epi64x(0, 1, 2, 3))
#define add(x, y) _mm256_add_epi64(x, y)
#define shift_right(x, n) _mm256_srli_epi64(x, n)
#define xor3(x, y, z) _mm256_xor_si256(_mm256_xor_si256(x, y), z)
#define rotate_right(x, n) ((n) == 8 ? rotate_byte_right(x) : rotate_bits_right(x, n))
#define rotate_bits_right(x, n)                                                                    \
  _mm256_or_si256(_mm256_srli_epi64(x, n), _mm256_slli_epi64(x, 64 - (n)))

/* By whole bytes one shuffle does it. */
static inline words rotate_byte_right(words x) {
  return _mm256_shuffle_epi8(
      x, _mm256_setr_epi8(1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8,  //
                          1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8));
}
static inline words choose(words e, words f, words g) {
  return _mm256_xor_si256(_mm256_and_si256(_mm256_xor_si256(f, g), e), g);
}
/* The next round's b ^ c is this round's a ^ b: in this form it is computed once. */
static inline words majority(words a, words b, words c) {
  return _mm256_xor_si256(_mm256_and_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(b, c)), b);
}
/* Only signed numbers can be compared: the sign bits are turned over. */
static inline uint64_t first_reached(words values, uint64_t target) {
  const words sign = spread((uint64_t)1 << 63);
  const words missed =
      _mm256_cmpgt_epi64(_mm256_xor_si256(values, sign), _mm256_xor_si256(spread(target), sign));
  const unsigned mask = (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(missed));
  return (uint64_t)__builtin_ctz(~mask);
}

#include "double-sha512.h"

#ifdef __clang__
#pragma clang attribute pop
#endif

#endif
