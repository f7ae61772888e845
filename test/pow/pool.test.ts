import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { defaultWorkers, type PowPoolOptions } from '../../src/pow/pool-options.js';
import { PowPool } from '../../src/pow/pool.js';
import { POW_PRIORITY, PowAborted, PowQueueFull, type PowRequest } from '../../src/pow/solver.js';
import { nonceValue, VALUE_SPACE } from '../../src/pow/trial.js';
import { systemClock, type Clock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';

/** A job of so many trials on average. */
function job(trials: number, priority: number = POW_PRIORITY.other, purpose = 'test'): PowRequest {
  const target = VALUE_SPACE / BigInt(trials);
  return { initialHash: Uint8Array.from(randomBytes(64)), target, priority, purpose };
}

/** A job that no machine finishes. */
function endless(priority: number = POW_PRIORITY.other, purpose = 'endless'): PowRequest {
  return { ...job(1, priority, purpose), target: 0n };
}

async function withPool(
  options: Partial<PowPoolOptions>,
  run: (pool: PowPool) => Promise<void>,
  clock: Clock = systemClock,
): Promise<void> {
  const pool = new PowPool({ workers: 2, niceness: 0, ...options }, { log: nullLog, clock });
  await pool.start();
  try {
    await run(pool);
  } finally {
    await pool.stop();
  }
}

/** Lets messages and other events pass until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

const runningTrials = (pool: PowPool): number =>
  pool.progress().find(({ running }) => running)?.trials ?? 0;

describe('proof-of-work pool', () => {
  it('solves 1,000 random jobs, all validly', () =>
    withPool({}, async (pool) => {
      const requests = Array.from({ length: 1000 }, () => job(randomInt(2, 3000)));
      const solutions = await Promise.all(requests.map((request) => pool.solve(request)));
      solutions.forEach(({ nonce, trials }, i) => {
        const { initialHash, target } = requests[i] as PowRequest;
        assert.ok(nonce > 0n && nonceValue(initialHash, nonce) <= target);
        assert.ok(trials > 0);
      });
      assert.deepEqual(pool.progress(), []);
    }));

  it('counts with one worker exactly the nonces from 1 on', () =>
    withPool({ workers: 1 }, async (pool) => {
      for (let i = 0; i < 20; i++) {
        const { nonce, trials } = await pool.solve(job(10_000));
        assert.equal(BigInt(trials), nonce);
      }
    }));

  it('takes the same nonces from every kernel', async () => {
    const request = job(3000);
    const nonces: bigint[] = [];
    for (const kernel of ['simd', 'scalar', 'node'] as const) {
      await withPool({ workers: 1, kernels: [kernel] }, async (pool) => {
        assert.equal(pool.kernel, kernel);
        nonces.push((await pool.solve(request)).nonce);
      });
    }
    assert.equal(new Set(nonces).size, 1);
  });

  it('keeps jobs given before the start', async () => {
    const pool = new PowPool({ workers: 1 }, { log: nullLog, clock: systemClock });
    const solution = pool.solve(job(10));
    await pool.start();
    assert.ok((await solution).nonce > 0n);
    await pool.stop();
  });

  it('starts threads with the first job and ends them when idle for long', async () => {
    const clock = new FakeClock();
    const run = async (pool: PowPool): Promise<void> => {
      assert.equal(pool.threads, 0);
      await pool.solve(job(10));
      assert.equal(pool.threads, 2);
      await clock.advance(999);
      assert.equal(pool.threads, 2);
      await clock.advance(1);
      assert.equal(pool.threads, 0);
      assert.ok((await pool.solve(job(10))).nonce > 0n);
    };
    await withPool({ idleMs: 1000 }, run, clock);
  });

  it(
    'lets everything else go first',
    { skip: process.platform !== 'linux' || !existsSync('/proc/self/task') },
    () =>
      withPool({ niceness: 12 }, async (pool) => {
        await pool.solve(job(10));
        // Field 19 of stat is the nice value; the name in field 2 may contain blanks.
        const nice = readdirSync('/proc/self/task').map((thread) => {
          const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
          return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
        });
        // The other worker may not have come up yet.
        assert.ok(nice.filter((value) => value === '12').length >= 1, nice.join());
      }),
  );

  it('refuses requests of wrong shape', () =>
    withPool({}, async (pool) => {
      const good = job(10);
      const wrong = [
        { ...good, initialHash: new Uint8Array(63) },
        { ...good, target: -1n },
        { ...good, target: VALUE_SPACE },
        { ...good, priority: NaN },
      ];
      for (const request of wrong) await assert.rejects(pool.solve(request), RangeError);
    }));
});

describe('order of jobs', () => {
  it('is by priority, then first come', () =>
    withPool({}, async (pool) => {
      const started: string[] = [];
      pool.events.on('jobStarted', ({ purpose }) => started.push(purpose));
      const hold = new AbortController();
      const held = pool.solve(endless(-1), hold.signal);
      const wanted = [3, 1, 2, 1, 0, 3].map((priority, i) =>
        pool.solve(job(100, priority, `${priority}${'abcdef'.charAt(i)}`)),
      );
      assert.deepEqual(
        pool.progress().map(({ purpose }) => purpose),
        ['endless', '0e', '1b', '1d', '2c', '3a', '3f'],
      );
      hold.abort();
      await assert.rejects(held, PowAborted);
      await Promise.all(wanted);
      assert.deepEqual(started, ['endless', '0e', '1b', '1d', '2c', '3a', '3f']);
    }));

  it('interrupts for a more urgent job and goes on with what was done', () =>
    withPool({}, async (pool) => {
      const stop = new AbortController();
      const long = pool.solve(endless(4), stop.signal);
      await until(() => runningTrials(pool) > 50_000);
      const urgent = pool.solve(job(50_000, 0, 'urgent'));
      assert.deepEqual(
        pool.progress().map(({ purpose, running }) => [purpose, running]),
        [
          ['urgent', true],
          ['endless', false],
        ],
      );
      assert.equal(pool.progress()[1]?.trialsPerSecond, 0);
      const before = pool.progress()[1]?.trials ?? 0;
      assert.ok(before > 50_000);
      await urgent;
      assert.equal(pool.progress()[0]?.running, true);
      await until(() => runningTrials(pool) > before + 50_000);
      stop.abort();
      await assert.rejects(long, PowAborted);
    }));
});

describe('end of a job before its time', () => {
  it('comes by the signal, with the reason as cause', () =>
    withPool({}, async (pool) => {
      const stop = new AbortController();
      const solution = pool.solve(endless(), stop.signal);
      await until(() => runningTrials(pool) > 0);
      stop.abort(new Error('enough'));
      await assert.rejects(solution, (error: Error) => {
        assert.ok(error instanceof PowAborted);
        assert.equal((error.cause as Error).message, 'enough');
        return true;
      });
      assert.deepEqual(pool.progress(), []);
      // The workers are free again.
      assert.ok((await pool.solve(job(1000))).nonce > 0n);
    }));

  it('comes at once for an aborted signal, and to a waiting job, too', () =>
    withPool({}, async (pool) => {
      await assert.rejects(pool.solve(job(10), AbortSignal.abort()), PowAborted);
      const stop = new AbortController();
      const first = pool.solve(endless(0));
      const second = pool.solve(job(10, 1), stop.signal);
      stop.abort();
      await assert.rejects(second, PowAborted);
      assert.equal(pool.progress().length, 1);
      await Promise.all([assert.rejects(first, PowAborted), pool.stop()]);
    }));

  it('comes with stop, for running and waiting jobs and for later ones', () =>
    withPool({}, async (pool) => {
      const started: string[] = [];
      pool.events.on('jobStarted', ({ purpose }) => started.push(purpose));
      const jobs = [pool.solve(endless()), pool.solve(endless()), pool.solve(job(10))];
      await until(() => runningTrials(pool) > 0);
      const rejected = jobs.map((solution) => assert.rejects(solution, PowAborted));
      await Promise.all([pool.stop(), pool.stop()]);
      await Promise.all(rejected);
      assert.equal(pool.threads, 0);
      assert.deepEqual(started, ['endless']);
      await assert.rejects(pool.solve(job(10)), PowAborted);
      await pool.start();
      assert.equal(pool.threads, 0);
    }));

  it('may be a stop before the start', async () => {
    const pool = new PowPool({ workers: 1 }, { log: nullLog, clock: systemClock });
    const solution = assert.rejects(pool.solve(job(10)), PowAborted);
    await pool.stop();
    await solution;
  });
});

it('the queue is bounded', () =>
  withPool({ maxJobs: 3 }, async (pool) => {
    const jobs = [endless(), endless(), endless()].map((request) => pool.solve(request));
    await assert.rejects(pool.solve(job(10)), PowQueueFull);
    const rejected = jobs.map((solution) => assert.rejects(solution, PowAborted));
    await pool.stop();
    await Promise.all(rejected);
  }));

describe('faults', () => {
  const file = (name: string): URL => new URL(`./${name}`, import.meta.url);

  it('crashed workers are replaced and the job goes on where they were', async () => {
    const clock = new FakeClock();
    const run = async (pool: PowPool): Promise<void> => {
      const stop = new AbortController();
      const solution = assert.rejects(pool.solve(endless(), stop.signal), PowAborted);
      // Three blocks a life, two workers: this many trials take about five lives of each. A worker
      // that began anew would never count more than three blocks.
      const wanted = 2 * 5 * 3 * 4096;
      for (let trials = 0; trials < wanted; trials = runningTrials(pool)) await clock.advance(1000);
      assert.equal(runningTrials(pool) % 4096, 0);
      stop.abort();
      await solution;
    };
    await withPool({ workerFile: file('crashing-worker.js') }, run, clock);
  });

  it('a wrong solution is not returned; a slower kernel takes over', () =>
    withPool({ workerFile: file('lying-worker.js') }, async (pool) => {
      const request = job(20_000);
      const { nonce } = await pool.solve(request);
      assert.ok(nonceValue(request.initialHash, nonce) <= request.target);
      assert.equal(pool.kernel, 'node');
    }));

  it('a failing event handler does not stop the work', () =>
    withPool({}, async (pool) => {
      pool.events.on('jobStarted', () => assert.fail('handler of a test'));
      assert.ok((await pool.solve(job(10))).nonce > 0n);
    }));
});

it('progress tells the time left, of waiting jobs as soon as a rate is known', async () => {
  const clock = new FakeClock();
  const run = async (pool: PowPool): Promise<void> => {
    const request = { ...job(1_000_000_000, 1, 'long'), owner: 'BM-anna' };
    const jobs = [endless(0), request, job(10, 2)].map((one) => pool.solve(one));
    assert.equal(pool.progress()[1]?.timeLeft, undefined);
    await until(() => runningTrials(pool) > 100_000);
    await clock.advance(1000);
    const [running, waiting, ...rest] = pool.progress(2);
    assert.equal(rest.length, 0);
    assert.equal(pool.size, 3);
    assert.equal(waiting?.owner, 'BM-anna');
    assert.equal(waiting.trialsPerSecond, 0);
    const expectedMs = 1e12 / (running?.trialsPerSecond ?? 0);
    const { meanMs = 0, p50Ms = 0, p90Ms = 0 } = waiting.timeLeft ?? {};
    assert.ok(Math.abs(meanMs / expectedMs - 1) < 0.01);
    assert.ok(p50Ms < meanMs && meanMs < p90Ms);
    const ended = jobs.map((one) => assert.rejects(one, PowAborted));
    await pool.stop();
    await Promise.all(ended);
  };
  await withPool({}, run, clock);
});

it('owners of equal priority take turns', () =>
  withPool({}, async (pool) => {
    const started: string[] = [];
    pool.events.on('jobStarted', ({ owner }) => started.push(owner ?? ''));
    const owners = ['a', 'a', 'a', 'a', 'b', 'c', 'b'];
    await Promise.all(owners.map((owner) => pool.solve({ ...job(1000), owner })));
    assert.deepEqual(started, ['a', 'b', 'c', 'a', 'b', 'a', 'a']);
  }));

it('as many workers as cores where threads step back, else one less', () => {
  assert.equal(defaultWorkers(8, 'linux'), 8);
  assert.equal(defaultWorkers(8, 'darwin'), 7);
  assert.equal(defaultWorkers(1, 'win32'), 1);
});

it('events tell of start, progress once a second, and end', async () => {
  const clock = new FakeClock();
  const run = async (pool: PowPool): Promise<void> => {
    const told: string[] = [];
    pool.events.on('jobStarted', ({ purpose }) => told.push(`start ${purpose}`));
    pool.events.on('jobProgress', (progress) => {
      told.push(`progress ${progress.purpose}`);
      assert.equal(progress.expectedTrials, 2 ** 64);
      assert.equal(progress.running, true);
    });
    pool.events.on('jobDone', ({ purpose, solved }) => told.push(`done ${purpose} ${solved}`));
    const stop = new AbortController();
    const solution = assert.rejects(pool.solve(endless(), stop.signal), PowAborted);
    await until(() => runningTrials(pool) > 0);
    await clock.advance(2000);
    assert.ok((pool.progress()[0]?.trialsPerSecond ?? 0) > 0);
    stop.abort();
    await solution;
    await clock.advance(5000);
    await pool.solve(job(10, 0, 'easy'));
    assert.deepEqual(told, [
      'start endless',
      'progress endless',
      'progress endless',
      'done endless false',
      'start easy',
      'done easy true',
    ]);
  };
  await withPool({}, run, clock);
});
