/*
 * Baseline of bench/pow.ts: runs PyBitmessage's own native module with one thread.
 * Usage: pybitmessage-module BITMSGHASH.SO SECONDS; prints "trials wallSeconds cpuSeconds" at last.
 * The module starts as many threads as the process may use cores at its first call, so this process
 * is confined to one core until then. With one thread it tries the nonces 1, 2, ...: the nonce that
 * it returns is the number of its trials.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A job of 300,000 trials on average: short beside the measurement, long beside starting a thread. */
static const uint64_t TARGET = UINT64_MAX / 300000;

typedef unsigned long long solve_function(unsigned char *initial_hash, unsigned long long target);

static double seconds(clockid_t which) {
  struct timespec now;
  clock_gettime(which, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  void *module = argc > 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (!module) return fprintf(stderr, "%s\n", argc > 2 ? dlerror() : "which module?"), 1;
  solve_function *solve = (solve_function *)dlsym(module, "BitmessagePOW");
  if (!solve) return 1;

  unsigned char initial_hash[64];
  memset(initial_hash, 0xa5, sizeof initial_hash);
  cpu_set_t all, one;
  sched_getaffinity(0, sizeof all, &all);
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof one, &one);
  solve(initial_hash, UINT64_MAX);
  sched_setaffinity(0, sizeof all, &all);

  const double duration = atof(argv[2]);
  const double wall = seconds(CLOCK_MONOTONIC);
  const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  unsigned long long trials = 0;
  for (uint32_t job = 0; seconds(CLOCK_MONOTONIC) - wall < duration; job++) {
    memcpy(initial_hash, &job, sizeof job);
    trials += solve(initial_hash, TARGET);
  }
  printf("%llu %.6f %.6f\n", trials, seconds(CLOCK_MONOTONIC) - wall,
         seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
  return 0;
}
