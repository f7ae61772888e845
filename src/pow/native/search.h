/*
 * What every kernel of the addon offers. A kernel is one translation unit: it defines how its words
 * (one or several numbers of 64 bits side by side) are computed with and includes double-sha512.h.
 */
#ifndef PETREL_POW_SEARCH_H
#define PETREL_POW_SEARCH_H

#include <stdint.h>

enum { INITIAL_HASH_BYTES = 64 };

/*
 * Tries the nonces start ... start + count - 1 (start at least 1, no overflow).
 * Returns the first whose value is at most target, or 0.
 */
typedef uint64_t search_function(const unsigned char initial_hash[INITIAL_HASH_BYTES],
                                 uint64_t start, uint64_t count, uint64_t target);

search_function petrel_search_scalar;
search_function petrel_search_avx2;
search_function petrel_search_avx512;

/* x86-64 kernels need a compiler that takes instruction sets per function: GCC or clang. */
#if defined(__x86_64__) && defined(__GNUC__)
#define PETREL_POW_X86 1
#endif

#endif
