/* What a freestanding WebAssembly module needs instead of a C library. */
#ifndef PETREL_BASE_H
#define PETREL_BASE_H

#include <stddef.h>
#include <stdint.h>

/* A function that the JavaScript side calls. */
#define EXPORT(name) __attribute__((export_name(#name)))
/* Kept as one function: copies of it in every caller make the code slower, not faster. */
#define OUTLINE __attribute__((noinline))

/* The compiler makes calls of these from plain assignments and loops. */
void *memcpy(void *to, const void *from, size_t length) {
  return __builtin_memcpy(to, from, length); /* One instruction: memory.copy. */
}

void *memset(void *to, int value, size_t length) {
  return __builtin_memset(to, value, length); /* One instruction: memory.fill. */
}

#endif
