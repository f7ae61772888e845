/** How fast kernels and pools are on this machine. */
import { randomBytes } from 'node:crypto';
import type { Kernel } from './kernel.js';
import type { PowPool } from './pool.js';
import { BLOCK_TRIALS } from './search-job.js';
import { INITIAL_HASH_BYTES } from './trial.js';

export interface Sample {
  readonly trials: number;
  readonly wallS: number;
  /** Of the whole process: what counts where other programs hold the cores. */
  readonly cpuS: number;
}

/** Measures `work`, which returns how many trials it made. */
export async function measured(work: () => number | Promise<number>): Promise<Sample> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const trials = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { trials, wallS: (performance.now() - startMs) / 1000, cpuS: (user + system) / 1e6 };
}

/** One kernel on this thread, with target 0: no nonce ever succeeds. Blocks meanwhile. */
export function measureKernel(kernel: Kernel, seconds: number): Promise<Sample> {
  kernel.begin(Uint8Array.from(randomBytes(INITIAL_HASH_BYTES)));
  return measured(() => {
    const endMs = performance.now() + seconds * 1000;
    let trials = 0;
    for (; performance.now() < endMs; trials += BLOCK_TRIALS) {
      kernel.search(1n + BigInt(trials), BLOCK_TRIALS, 0n);
    }
    return trials;
  });
}

/**
 * An idle pool with a job that never ends.
 * @param meanwhile called while it runs; the measurement ends with it
 */
export async function measurePool(
  pool: PowPool,
  meanwhile: () => Promise<unknown>,
): Promise<Sample> {
  const initialHash = Uint8Array.from(randomBytes(INITIAL_HASH_BYTES));
  const request = { initialHash, target: 0n, priority: 0, purpose: 'benchmark' };
  const stop = new AbortController();
  const solution = pool.solve(request, stop.signal).catch(() => undefined);
  const trials = (): number => pool.progress(1)[0]?.trials ?? 0;
  while (trials() === 0) await pause(1);
  const sample = await measured(async () => {
    const before = trials();
    await meanwhile();
    return trials() - before;
  });
  stop.abort();
  await solution;
  return sample;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
