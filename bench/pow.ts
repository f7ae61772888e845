/**
 * Benchmark of the proof of work: `npm run bench:pow [seconds per sample]`. Absolute figures drift
 * with the machine and its load, so the contestants take turns in one run, and what counts is the
 * ratio of the medians, best by processor time. Compared with is PyBitmessage's own C++ module when
 * PYBITMESSAGE_DIR names its sources, else C of the same method, else node:crypto (pow/baselines.ts).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileKernel, createKernel, KERNEL_NAMES, type KernelName } from '../src/pow/kernel.js';
import { measureKernel, measurePool, pause, type Sample } from '../src/pow/measure.js';
import { PowPool } from '../src/pow/pool.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';
import { baselines, type Contestant } from './pow/baselines.js';
import { printQueueCost } from './pow/queue.js';
import { printCancelLatency, printLoopDelay } from './pow/responsiveness.js';

const ROUNDS = 9;
const SAMPLE_S = Number(process.argv[2] ?? 0.4);
const WARM_UP_S = 0.2;
/** The claim is about two workers on two cores. */
const WORKERS = 2;

function kernelContestant(name: KernelName): Contestant[] {
  const source = compileKernel(name);
  if (!source) {
    console.log(`not here, not measured: kernel ${name}`);
    return [];
  }
  const kernel = createKernel(source);
  return [{ name: `${name}, 1 thread`, run: (seconds) => measureKernel(kernel, seconds) }];
}

async function poolContestant(kernels: readonly KernelName[], pools: PowPool[]) {
  const options = { workers: WORKERS, niceness: 0, kernels };
  const pool = new PowPool(options, { log: nullLog, clock: systemClock });
  await pool.start();
  pools.push(pool);
  return {
    name: `${pool.kernel ?? ''}, pool of ${WORKERS} workers`,
    run: (seconds: number) => measurePool(pool, () => pause(seconds * 1000)),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** A line per contestant: millions of trials per second of wall clock and of processor time. */
function report(samples: ReadonlyMap<string, readonly Sample[]>, base: string): void {
  const medians = (taken: readonly Sample[] = []) => ({
    wall: median(taken.map(({ trials, wallS }) => trials / wallS / 1e6)),
    cpu: median(taken.map(({ trials, cpuS }) => trials / cpuS / 1e6)),
  });
  const line = (...cells: string[]): void =>
    console.log(cells.map((cell, i) => (i ? cell.padStart(10) : cell.padEnd(38))).join(''));
  const reference = medians(samples.get(base));
  line(`ratios to: ${base}`, 'M/s', 'ratio', 'M/CPU-s', 'ratio');
  for (const [name, taken] of samples) {
    const { wall, cpu } = medians(taken);
    const ratio = (value: number, to: number): string => (value / to).toFixed(2);
    line(
      name,
      wall.toFixed(2),
      ratio(wall, reference.wall),
      cpu.toFixed(2),
      ratio(cpu, reference.cpu),
    );
  }
}

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-bench-'));
  const pools: PowPool[] = [];
  try {
    const compared = baselines(folder);
    const contestants: Contestant[] = [
      ...KERNEL_NAMES.flatMap(kernelContestant),
      await poolContestant(['simd'], pools),
      await poolContestant(KERNEL_NAMES, pools),
      ...compared,
    ];
    const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
    for (const { run } of contestants) await run(WARM_UP_S);
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, run } of contestants) samples.get(name)?.push(await run(SAMPLE_S));
    }
    report(samples, compared[0]?.name ?? '');
  } finally {
    for (const pool of pools) await pool.stop();
    rmSync(folder, { recursive: true });
  }
}

const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
console.log(`node ${process.version}, ${processor}, ${availableParallelism()} cores`);
console.log(`medians of ${ROUNDS} samples of ${SAMPLE_S} s, taken in turns\n`);
await compare();
const pool = new PowPool({ workers: availableParallelism() }, { log: nullLog, clock: systemClock });
await pool.start();
await printLoopDelay(pool);
await pool.stop();
await printCancelLatency(availableParallelism());
await printQueueCost();
