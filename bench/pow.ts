/**
 * Benchmark of the proof of work: `npm run bench:pow [seconds per sample]`. Absolute figures drift
 * with the machine and its load, so the contestants take turns in one run, and what counts is the
 * ratio of the medians. The baseline is one thread of C with OpenSSL (baseline/double-sha512.c), where
 * the machine has a C compiler and libcrypto.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileKernel, createKernel, type KernelName } from '../src/pow/kernel.js';
import { PowPool } from '../src/pow/pool.js';
import { BLOCK_TRIALS } from '../src/pow/search-job.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';

const ROUNDS = 5;
const SAMPLE_S = Number(process.argv[2] ?? 0.6);
const WARM_UP_S = 0.3;

interface Sample {
  readonly trials: number;
  readonly wallS: number;
  readonly cpuS: number;
}

interface Contestant {
  readonly name: string;
  readonly run: (seconds: number) => Sample | Promise<Sample>;
}

/** Measures `work`, which returns how many trials it made. */
async function measured(work: () => number | Promise<number>): Promise<Sample> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const trials = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { trials, wallS: (performance.now() - startMs) / 1000, cpuS: (user + system) / 1e6 };
}

/** A kernel on the main thread, with target 0: no nonce ever succeeds. */
function kernelContestant(name: KernelName, label: string): Contestant[] {
  const source = compileKernel(name);
  if (!source) return [];
  const kernel = createKernel(source);
  kernel.begin(Uint8Array.from(randomBytes(64)));
  const run = (seconds: number): Promise<Sample> =>
    measured(() => {
      const endMs = performance.now() + seconds * 1000;
      let trials = 0;
      for (; performance.now() < endMs; trials += BLOCK_TRIALS) {
        kernel.search(1n + BigInt(trials), BLOCK_TRIALS, 0n);
      }
      return trials;
    });
  return [{ name: label, run }];
}

function poolContestant(pool: PowPool, workers: number): Contestant {
  const request = { initialHash: randomBytes(64), target: 0n, priority: 0, purpose: 'bench' };
  const trials = (): number => pool.progress()[0]?.trials ?? 0;
  return {
    name: `pool of ${workers} worker${workers > 1 ? 's' : ''}`,
    run: async (seconds) => {
      const stop = new AbortController();
      const solution = pool.solve(request, stop.signal).catch(() => undefined);
      while (trials() === 0) await pause(1);
      const sample = await measured(async () => {
        const before = trials();
        await pause(seconds * 1000);
        return trials() - before;
      });
      stop.abort();
      await solution;
      return sample;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Compiles the C program into `folder`; none where that does not work. */
function baselineContestant(folder: string): Contestant[] {
  const source = fileURLToPath(new URL('../../bench/baseline/double-sha512.c', import.meta.url));
  const program = join(folder, 'double-sha512');
  const compiled = spawnSync('cc', ['-O3', '-o', program, source, '-lcrypto'], {
    encoding: 'utf8',
  });
  if (compiled.status !== 0) {
    console.log('no baseline: this machine has no C compiler or no libcrypto\n');
    return [];
  }
  const run = (seconds: number): Sample => {
    const { stdout } = spawnSync(program, [String(seconds)], { encoding: 'utf8' });
    const [trials = NaN, wallS = NaN, cpuS = NaN] = stdout.split(' ').map(Number);
    return { trials, wallS, cpuS };
  };
  return [{ name: 'baseline: C, OpenSSL, 1 thread', run }];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** A line per contestant: millions of trials per second of wall clock and of processor time. */
function report(samples: ReadonlyMap<string, readonly Sample[]>): void {
  const rows = [...samples].map(([name, taken]) => ({
    name,
    wall: median(taken.map(({ trials, wallS }) => trials / wallS / 1e6)),
    cpu: median(taken.map(({ trials, cpuS }) => trials / cpuS / 1e6)),
  }));
  const base = rows.at(-1);
  const line = (...cells: string[]): void =>
    console.log(cells.map((cell, i) => (i ? cell.padStart(10) : cell.padEnd(34))).join(''));
  line(`ratios to: ${base?.name ?? ''}`, 'M/s', 'ratio', 'M/CPU-s', 'ratio');
  for (const { name, wall, cpu } of rows) {
    const ratios = [wall / (base?.wall ?? NaN), cpu / (base?.cpu ?? NaN)];
    const [wallRatio = '', cpuRatio = ''] = ratios.map((ratio) => ratio.toFixed(2));
    line(name, wall.toFixed(2), wallRatio, cpu.toFixed(2), cpuRatio);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'petrel-bench-'));
const pool = new PowPool({ workers: 2, niceness: 0 }, { log: nullLog, clock: systemClock });
await pool.start();
try {
  const contestants = [
    ...kernelContestant('simd', 'kernel simd, 1 thread'),
    ...kernelContestant('scalar', 'kernel scalar, 1 thread'),
    ...kernelContestant('node', 'kernel node:crypto, 1 thread'),
    poolContestant(pool, 2),
    ...baselineContestant(folder),
  ];
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (const { run } of contestants) await run(WARM_UP_S);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, run } of contestants) samples.get(name)?.push(await run(SAMPLE_S));
  }
  console.log(`node ${process.version}, ${availableParallelism()} cores, medians of ${ROUNDS}\n`);
  report(samples);
} finally {
  await pool.stop();
  rmSync(folder, { recursive: true });
}
