/* The curve's kernel as one WebAssembly module: see trial.h. Built by scripts/build-curve-kernel.mjs. */
#include "trial.h"

/* Has to be called once, before anything else. */
EXPORT(prepare) void prepare(void) { prepareAes(); }
