/** `petrel pow`: which kernels there are for proof of work, and whether they are right. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { compileKernel, KERNEL_NAMES } from '../../pow/kernel.js';
import { ADDON_FILE } from '../../pow/native-addon.js';
import { PowPool } from '../../pow/pool.js';
import { testKernels, type KernelState } from '../../pow/self-test.js';
import { defaultWorkers } from '../../pow/pool-options.js';
import { VALUE_SPACE } from '../../pow/trial.js';
import { systemClock } from '../../util/clock.js';
import { UserError } from '../../util/errors.js';
import { nullLog } from '../../util/log.js';
import type { CommandContext } from '../program.js';

/** Jobs that the whole pool solves in the self-test; each solution is checked with node:crypto. */
const TEST_JOBS = 50;
const TEST_JOB_TRIALS = 20_000n;
const NAME_WIDTH = 16;

const STATE_TEXT: Record<KernelState['state'], string> = {
  works: 'works: same answers as node:crypto',
  absent: 'not here',
  wrong: 'WRONG answers: never used',
  broken: 'cannot be loaded: ',
};

export function addPowCommand(program: Command, context: CommandContext): void {
  program
    .command('pow')
    .description('tell which proof-of-work kernels this machine has')
    .option('--selftest', 'check every kernel and the threads against node:crypto')
    .action(async ({ selftest }: { selftest?: boolean }) => {
      if (selftest) await selfTest(context);
      else listKernels(context);
    });
}

function listKernels({ print }: CommandContext): void {
  const there = KERNEL_NAMES.filter((name) => isThere(name));
  print(`kernels here, best first: ${there.join(', ')}`);
  print(`workers unless maxcores says otherwise: ${defaultWorkers()}`);
  if (!there.some((name) => name.startsWith('native'))) print(`no native addon (${ADDON_FILE})`);
  print('petrel pow --selftest checks them, petrel bench pow measures them');
}

function isThere(name: (typeof KERNEL_NAMES)[number]): boolean {
  try {
    return compileKernel(name) !== undefined;
  } catch {
    return false; // Damaged: the self-test says why.
  }
}

/** @throws UserError when a kernel that is here is wrong or cannot be loaded. */
async function selfTest({ print }: CommandContext): Promise<void> {
  const states = testKernels();
  for (const { name, state, reason } of states) {
    print(`${name.padEnd(NAME_WIDTH)} ${STATE_TEXT[state]}${reason}`);
  }
  const pool = new PowPool({ workers: defaultWorkers() }, { log: nullLog, clock: systemClock });
  await pool.start();
  try {
    // The pool returns only what node:crypto has confirmed, and changes the kernel otherwise.
    const chosen = pool.kernel;
    await Promise.all(Array.from({ length: TEST_JOBS }, () => pool.solve(testJob())));
    if (pool.kernel !== chosen) throw new UserError(`kernel ${chosen ?? ''} gave wrong answers`);
    print(`in use: ${pool.kernel ?? ''}, ${TEST_JOBS} jobs solved by ${defaultWorkers()} workers`);
  } finally {
    await pool.stop();
  }
  const bad = states.filter(({ state }) => state === 'wrong' || state === 'broken');
  if (bad.length > 0) {
    const names = bad.map(({ name }) => name).join(', ');
    throw new UserError(`unusable: ${names}; Petrel works without, build or install it again`);
  }
}

function testJob() {
  const target = VALUE_SPACE / TEST_JOB_TRIALS;
  return { initialHash: randomBytes(64), target, priority: 0, purpose: 'self-test' };
}
