/** What the node computes at the moment. Not in PyBitmessage's API. */
import { integerArgument } from '../arguments.js';
import type { Command } from '../command.js';
import type { PowProgress } from '../../pow/solver.js';
import type { ApiValue } from '../values.js';

/** Jobs that are told unless the caller asks for more or less: there may be thousands. */
const DEFAULT_JOBS = 100;

export const proofOfWorkCommands: Command[] = [
  {
    names: ['powProgress'],
    unlisted: true,
    parameters: ['limit'],
    optional: 1,
    help: 'Proof of work: the job that runs, then those that wait, in the order of their turns.',
    run(context, [limit]) {
      const jobs = limit === undefined ? DEFAULT_JOBS : integerArgument(context, limit);
      return { jobs: context.node.pow.progress(Math.max(0, jobs)).map(shown) };
    },
  },
];

/** Whole numbers only; times left are missing until a rate is known. */
function shown(job: PowProgress): ApiValue {
  const { timeLeft } = job;
  return {
    purpose: job.purpose,
    owner: job.owner ?? '',
    running: job.running,
    trials: job.trials,
    elapsedMilliseconds: Math.round(job.elapsedMs),
    expectedTrials: Math.round(job.expectedTrials),
    trialsPerSecond: Math.round(job.trialsPerSecond),
    ...(timeLeft && {
      meanMillisecondsLeft: Math.round(timeLeft.meanMs),
      halfWithinMilliseconds: Math.round(timeLeft.p50Ms),
      ninetyPercentWithinMilliseconds: Math.round(timeLeft.p90Ms),
      ninetyNinePercentWithinMilliseconds: Math.round(timeLeft.p99Ms),
    }),
  };
}
