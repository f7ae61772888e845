/** `petrel demo`: shows on three local nodes how mail travels. */
import { Option, type Command } from 'commander';
import { systemClock, type Clock } from '../../util/clock.js';
import { UserError } from '../../util/errors.js';
import { LOG_LEVELS, type LogLevel } from '../../util/log-levels.js';
import type { Log } from '../../util/log.js';
import { withDemoNetwork } from '../demo/demo-network.js';
import { demoSteps, type DemoStep } from '../demo/demo-steps.js';
import { Narrator } from '../demo/narrator.js';
import { createLog } from '../log-output.js';
import type { CommandContext } from '../program.js';
import { StopSignal } from '../stop-signal.js';

/** The whole demonstration ends within a minute, whatever hangs; stopping takes a few seconds. */
const LIMIT_MS = 50_000;
/** When even stopping hangs. */
const HARD_LIMIT_MS = 58_000;

export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .description('show on three local nodes how a message travels (some seconds, no internet)')
    .addOption(
      new Option('--log-level <level>', 'how much is logged to stderr')
        .choices(LOG_LEVELS)
        .default('error'),
    )
    .action(async (options: { logLevel: LogLevel }) => {
      context.logLevel = options.logLevel;
      const timer = systemClock.setTimeout(() => {
        context.print('the demonstration hangs and is given up');
        process.exit(1);
      }, HARD_LIMIT_MS);
      const log = createLog(options.logLevel);
      await runDemo({ log, clock: systemClock, print: context.print });
      systemClock.clear(timer);
    });
}

export interface DemoDependencies {
  readonly log: Log;
  readonly clock: Clock;
  readonly print: (line: string) => void;
}

/** @throws UserError when something did not arrive. */
export async function runDemo({ log, clock, print }: DemoDependencies): Promise<void> {
  const narrator = new Narrator(print, clock);
  const stop = new StopSignal();
  stop.listen();
  const timer = clock.setTimeout(() => stop.request(), LIMIT_MS);
  try {
    await withDemoNetwork({ log, clock }, async (network) => {
      for (const [name, node] of Object.entries(network)) {
        narrator.follow(name.toUpperCase(), (node as (typeof network)['a']).events);
      }
      await runSteps(demoSteps(network, narrator, clock.nowS()), stop);
    });
  } finally {
    clock.clear(timer);
    stop.unlisten();
  }
  narrator.heading(`All of it arrived, in ${narrator.elapsedS.toFixed(1)} s.`);
}

async function runSteps(steps: readonly DemoStep[], stop: StopSignal): Promise<void> {
  const stopped = stop.requested.then(() => 'stopped' as const);
  for (const [index, step] of steps.entries()) {
    const outcome = await Promise.race([step.run().then(() => 'done' as const), stopped]);
    if (outcome === 'done') continue;
    const missing = steps.slice(index).map(({ goal }) => goal);
    throw new UserError(`the demonstration did not end, still missing: ${missing.join('; ')}`);
  }
}
