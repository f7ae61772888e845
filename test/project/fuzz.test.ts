/**
 * Everything that reads bytes of strangers gets more than 100,000 random and damaged inputs. The run
 * is the same each time; PETREL_FUZZ_SEED makes another one.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { fromHex, toHex } from '../../src/util/bytes.js';
import { Mutator, SeededRandom } from '../support/mutator.js';
import { readVectors } from '../support/vectors.js';
import { Watchdog } from '../support/watchdog.js';
import { FUZZ_TARGETS, type FuzzTarget } from './fuzz-targets.js';

const seed = Number(process.env['PETREL_FUZZ_SEED'] ?? 20_261_120);

/** No input takes longer than milliseconds; all together take some seconds. */
const HANG_LIMIT_MS = 300_000;

/** An input that once broke a node: found here, or known of PyBitmessage. */
interface Regression {
  readonly target: string;
  readonly hex: string;
  /** What was wrong, and where. */
  readonly note: string;
}

/** Feeds one input; throws when the target does anything but read it or refuse it in its own words. */
function feed(target: FuzzTarget, input: Uint8Array, random: SeededRandom): 'read' | 'refused' {
  try {
    target.read(input, random);
    return 'read';
  } catch (error) {
    if (target.error && error instanceof target.error) return 'refused';
    throw new Error(`seed ${seed}, ${target.name}, input ${toHex(input)}`, { cause: error });
  }
}

const watchdog = new Watchdog(HANG_LIMIT_MS);
after(() => watchdog.stop());

describe(`fuzzing with seed ${seed}`, () => {
  it('has more than 100,000 inputs', () => {
    const inputs = FUZZ_TARGETS.reduce((sum, { runs }) => sum + runs, 0);
    assert.ok(inputs > 100_000, String(inputs));
  });

  for (const [index, target] of FUZZ_TARGETS.entries()) {
    it(`${target.name}: ${target.runs} inputs`, (t) => {
      t.diagnostic(`seed ${seed}`);
      watchdog.note(`seed ${seed}, ${target.name}`);
      const random = new SeededRandom(seed + index);
      const mutator = new Mutator(random, target.corpus);
      // Undamaged first: a corpus that is refused altogether would test nothing.
      const reads = target.corpus.filter((input) => feed(target, input, random) === 'read');
      assert.ok(reads.length > 0, 'no good input');
      for (let run = 0; run < target.runs; run++) feed(target, mutator.next(), random);
    });
  }
});

describe('inputs that once broke a node', () => {
  const regressions = readVectors('regressions.json') as Regression[];
  for (const { target: name, hex, note } of regressions) {
    it(`${name}: ${note}`, () => {
      const target = FUZZ_TARGETS.find((candidate) => candidate.name === name);
      assert.ok(target, `no target ${name}`);
      feed(target, fromHex(hex), new SeededRandom(seed));
    });
  }
});
