import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import {
  initialHashOf,
  isPowSufficient,
  powTarget,
  TEST_MINIMUM,
  type Difficulty,
} from '../../src/objects/difficulty.js';
import { ObjectError } from '../../src/objects/errors.js';
import { encodeObjectWithoutNonce, withoutNonce } from '../../src/objects/object.js';
import { compileKernel, createKernel, KERNEL_NAMES } from '../../src/pow/kernel.js';
import { PowPool } from '../../src/pow/pool.js';
import {
  CLOCK_MARGIN_S,
  solveObject,
  targetFor,
  type SolveObjectOptions,
} from '../../src/pow/solve-object.js';
import { POW_PRIORITY, PowAborted, type PowSolver } from '../../src/pow/solver.js';
import { nonceValue } from '../../src/pow/trial.js';
import { systemClock } from '../../src/util/clock.js';
import { fromHex, toHex } from '../../src/util/bytes.js';
import { nullLog } from '../../src/util/log.js';
import { vectorsOfType } from '../support/vectors.js';

const NOW_S = 1_795_132_800;
const options: SolveObjectOptions = {
  difficulty: TEST_MINIMUM,
  nowS: NOW_S,
  priority: POW_PRIORITY.message,
  purpose: 'test',
};

function objectOf(payloadBytes: number, ttlS: number): Uint8Array {
  const fields = { expiresS: NOW_S + ttlS, type: 42, version: 1, stream: 1 };
  return encodeObjectWithoutNonce(fields, new Uint8Array(payloadBytes).fill(7));
}

function solverOf(nonce: bigint): PowSolver {
  return {
    solve: () => Promise.resolve({ nonce, trials: 1, elapsedMs: 1 }),
    progress: () => [],
  };
}

describe('targets', () => {
  for (const vector of vectorsOfType('pow-target')) {
    it(vector.name, () => {
      const length = vector['length_including_nonce'] as number;
      const ttlS = vector['ttl'] as number;
      const difficulty = vector as unknown as Difficulty;
      const header = objectOf(0, ttlS).length;
      const rest = objectOf(length - 8 - header, ttlS);
      assert.equal(
        targetFor(rest, { difficulty, nowS: NOW_S }),
        BigInt(vector['target'] as string),
      );
    });
  }

  it('a margin counts as longer life, and a fraction of a second does not count', () => {
    const rest = objectOf(100, 3600);
    assert.equal(
      targetFor(rest, { difficulty: TEST_MINIMUM, nowS: NOW_S + 0.9, marginS: CLOCK_MARGIN_S }),
      powTarget(rest.length + 8, 7200, TEST_MINIMUM),
    );
  });
});

describe('objects of the vectors', () => {
  for (const vector of vectorsOfType('pow-object')) {
    const object = fromHex(vector['object'] as string);
    const nonce = BigInt(`0x${toHex(object.subarray(0, 8))}`);
    const initialHash = initialHashOf(withoutNonce(object));
    const value = nonceValue(initialHash, nonce);

    it(`${vector.name}: every kernel knows its nonce`, () => {
      if ('trial_value' in vector) assert.equal(value, BigInt(vector['trial_value'] as string));
      for (const name of KERNEL_NAMES) {
        const source = compileKernel(name);
        if (!source) {
          assert.match(name, /^native/, `${name} must be there`); // Only the addon is optional.
          continue;
        }
        const kernel = createKernel(source);
        kernel.begin(initialHash);
        assert.equal(kernel.search(nonce, 1, value), nonce);
      }
    });
  }

  it('pow.full.network is solved again with the same nonce, the first that is good', async () => {
    const vector = vectorsOfType('pow-object').find(({ name }) => name === 'pow.full.network');
    assert.ok(vector);
    const object = fromHex(vector['object'] as string);
    const pool = new PowPool({ workers: 1 }, { log: nullLog, clock: systemClock });
    await pool.start();
    const solved = await solveObject(pool, withoutNonce(object), {
      ...options,
      difficulty: vector as unknown as Difficulty,
      nowS: vector['recv_time'] as number,
    });
    await pool.stop();
    assert.deepEqual(solved, object);
  });
});

describe('solveObject', () => {
  it('gives objects that are sufficient at once, later and, with margin, an hour before', async () => {
    const pool = new PowPool({ workers: 2 }, { log: nullLog, clock: systemClock });
    await pool.start();
    const ttl = fc.integer({ min: 0, max: 100_000 });
    await fc.assert(
      fc.asyncProperty(fc.nat(300), ttl, fc.boolean(), async (payload, ttlS, careful) => {
        const marginS = careful ? CLOCK_MARGIN_S : 0;
        const object = await solveObject(pool, objectOf(payload, ttlS), { ...options, marginS });
        assert.deepEqual(withoutNonce(object), objectOf(payload, ttlS));
        for (const atS of [NOW_S - marginS, NOW_S, NOW_S + ttlS]) {
          assert.ok(isPowSufficient(object, TEST_MINIMUM, atS));
        }
      }),
      { numRuns: 50 },
    );
    await pool.stop();
  });

  it('does not return what is no proof', async () => {
    const rest = objectOf(100_000, 2_000_000);
    await assert.rejects(solveObject(solverOf(1n), rest, options), /no proof of work/);
  });

  it('rejects a header that does not parse', async () => {
    await assert.rejects(solveObject(solverOf(1n), new Uint8Array(5), options), ObjectError);
  });

  it('is aborted by its signal', async () => {
    const pool = new PowPool({ workers: 1 }, { log: nullLog, clock: systemClock });
    await pool.start();
    const stop = new AbortController();
    const difficulty = { nonceTrialsPerByte: 1e12, payloadLengthExtraBytes: 1000 };
    const object = solveObject(pool, objectOf(10, 3600), {
      ...options,
      difficulty,
      signal: stop.signal,
    });
    const rejected = assert.rejects(object, PowAborted);
    stop.abort();
    await rejected;
    await pool.stop();
  });
});
