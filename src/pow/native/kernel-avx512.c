/* Kernel for x86-64 with AVX-512F: eight nonces side by side. */
#include "search.h"

#ifdef PETREL_POW_X86

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#else
#pragma GCC target("avx512f")
#endif
#include <immintrin.h>

#define SEARCH petrel_search_avx512
enum { LANES = 8 };
typedef __m512i words;

/* One instruction for any function of three bits; the number is its truth table. */
enum { XOR_OF_THREE = 0x96, CHOICE = 0xca, MAJORITY = 0xe8 };

#define spread(x) _mm512_set1_epi64((long long)(x))
#define counting(x) _mm512_add_epi64(spread(x), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7))
#define add(x, y) _mm512_add_epi64(x, y)
#define shift_right(x, n) _mm512_srli_epi64(x, n)
#define rotate_right(x, n) _mm512_ror_epi64(x, n)
#define xor3(x, y, z) _mm512_ternarylogic_epi64(x, y, z, XOR_OF_THREE)
#define choose(e, f, g) _mm512_ternarylogic_epi64(e, f, g, CHOICE)
#define majority(a, b, c) _mm512_ternarylogic_epi64(a, b, c, MAJORITY)

static inline uint64_t first_reached(words values, uint64_t target) {
  const unsigned reached = _mm512_cmple_epu64_mask(values, spread(target));
  return reached ? (uint64_t)__builtin_ctz(reached) : LANES;
}

#include "double-sha512.h"

#ifdef __clang__
#pragma clang attribute pop
#endif

#endif
