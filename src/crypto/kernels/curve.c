/*
 * The curve's kernel as one WebAssembly module: trial decryption (trial.h) and the search for the keys
 * of addresses (search.h). Built by scripts/build-curve-kernel.mjs.
 */
#include "search.h"

/* Has to be called once, before anything else. */
EXPORT(prepare) void prepare(void) { prepareAes(); }
