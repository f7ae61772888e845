/** `petrel bench`: how fast this machine is. */
import { InvalidArgumentError, type Command } from 'commander';
import { compileKernel, createKernel, KERNEL_NAMES } from '../../pow/kernel.js';
import { measureKernel, measurePool, pause, type Sample } from '../../pow/measure.js';
import { defaultWorkers } from '../../pow/pool-options.js';
import { PowPool } from '../../pow/pool.js';
import { timeLeft } from '../../pow/time-left.js';
import { NETWORK_MINIMUM, powTarget } from '../../objects/difficulty.js';
import { systemClock } from '../../util/clock.js';
import { nullLog } from '../../util/log.js';
import type { CommandContext } from '../program.js';

/** The example: a kilobyte that lives for four days. */
const EXAMPLE_BYTES = 1024;
const EXAMPLE_TTL_S = 4 * 86_400;
const NAME_WIDTH = 26;
const NUMBER_WIDTH = 10;
const DEFAULT_SECONDS = 1;

export function addBenchCommand(program: Command, context: CommandContext): void {
  program
    .command('bench')
    .description('measure this machine')
    .command('pow')
    .description('trials of the proof of work per second, by kernel and with all workers')
    .option('--seconds <n>', 'how long each is measured', seconds, DEFAULT_SECONDS)
    .action((options: { seconds: number }) => benchPow(options.seconds, context));
}

async function benchPow(seconds: number, { print }: CommandContext): Promise<void> {
  print(row('', 'M/s', 'M/CPU-s'));
  for (const name of KERNEL_NAMES) {
    const source = compileKernel(name);
    if (!source) continue;
    print(sampleRow(`${name}, 1 thread`, await measureKernel(createKernel(source), seconds)));
  }
  const workers = defaultWorkers();
  const pool = new PowPool({ workers }, { log: nullLog, clock: systemClock });
  await pool.start();
  try {
    const sample = await measurePool(pool, () => pause(seconds * 1000));
    print(sampleRow(`${pool.kernel ?? ''}, ${workers} workers`, sample));
    const target = powTarget(EXAMPLE_BYTES, EXAMPLE_TTL_S, NETWORK_MINIMUM);
    const left = timeLeft(target, sample.trials / sample.wallS);
    const text = (ms = 0): string => `${(ms / 1000).toFixed(1)} s`;
    print('');
    print('A kilobyte that lives for four days, at the least difficulty of the network:');
    print(`half within ${text(left?.p50Ms)}, nine of ten within ${text(left?.p90Ms)}`);
  } finally {
    await pool.stop();
  }
}

function sampleRow(name: string, { trials, wallS, cpuS }: Sample): string {
  const millions = (seconds: number): string => (trials / seconds / 1e6).toFixed(2);
  return row(name, millions(wallS), millions(cpuS));
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padStart(NUMBER_WIDTH)).join('');
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 60)) throw new InvalidArgumentError('It must be 0 to 60 seconds.');
  return value;
}
