/**
 * fast-check with one seed for the whole suite, so that a run on one machine says the same as on any
 * other. `PETREL_TEST_SEED=N npm test` tries other inputs; a failing case found so becomes a vector.
 */
import fc from 'fast-check';

const DEFAULT_SEED = 20_261_121;

fc.configureGlobal({ seed: Number(process.env['PETREL_TEST_SEED'] ?? DEFAULT_SEED) });

export { fc };
