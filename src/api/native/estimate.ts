/** How much proof of work a message takes, before it is sent. */
import { objectSizes } from './estimate-sizes.js';
import { difficultyRefusal } from '../../node/outbox/build-message.js';
import { mailSettings } from '../../node/node-settings.js';
import { atLeast, powTarget, type Difficulty } from '../../objects/difficulty.js';
import { ackTtlS } from '../../objects/ack.js';
import { expectedTrials } from '../../pow/trial.js';
import { decodeStoredKey } from '../../objects/key-block.js';
import { canonicalOf } from './addresses.js';
import type { NativeContext, NativeNode } from './context.js';
import type { CheckedParamsOf, ResultOf } from './schema/all.js';

/** Of a wait whose end comes at random: half of them are over after this part of the mean. */
const HALF_OF_MEAN = Math.LN2;
const NINETY_OF_MEAN = Math.LN10;

interface Demand {
  readonly difficulty: Difficulty;
  readonly known: boolean;
}

export async function estimate(
  { node }: Pick<NativeContext, 'node'>,
  params: CheckedParamsOf<'outgoing.estimate'>,
): Promise<ResultOf<'outgoing.estimate'>> {
  const settings = mailSettings(node.settings);
  const ttlS = params.ttlS ?? settings.defaultTtlS;
  const to = params.to === undefined ? undefined : canonicalOf(params.to, 'to');
  const { difficulty, known } = params.difficulty
    ? { difficulty: atLeast(params.difficulty, settings.minimumDifficulty), known: true }
    : await demandOf(node, params.kind === 'broadcast' ? undefined : to);
  const isOwn = to !== undefined && node.identities.get(to) !== undefined;
  const withAck = params.kind === 'message' && !isOwn;
  const { objectBytes, ackBytes } = objectSizes(params.kind, params.textBytes, withAck);
  let trials = expectedTrials(powTarget(objectBytes, ttlS, difficulty));
  if (withAck) {
    const target = powTarget(ackBytes, ackTtlS(ttlS), settings.minimumDifficulty);
    trials += expectedTrials(target);
  }
  const trialsPerSecond = node.pow.trialsPerSecond;
  const meanMs = trialsPerSecond > 0 ? (trials / trialsPerSecond) * 1000 : undefined;
  return {
    objectBytes,
    ttlS,
    difficulty: { ...difficulty },
    difficultyKnown: known,
    tooDifficult:
      !isOwn && difficultyRefusal(difficulty, settings.maxAcceptableDifficulty) !== undefined,
    trials,
    trialsPerSecond,
    ...(meanMs !== undefined && {
      meanMs,
      halfWithinMs: meanMs * HALF_OF_MEAN,
      ninetyPercentWithinMs: meanMs * NINETY_OF_MEAN,
    }),
    waitingJobs: node.pow.size,
  };
}

/** What a recipient demands: own addresses, broadcasts and unknown keys the network's minimum. */
async function demandOf(node: NativeNode, to: string | undefined): Promise<Demand> {
  const minimum = mailSettings(node.settings).minimumDifficulty;
  if (to === undefined || node.identities.get(to)) return { difficulty: minimum, known: true };
  const record = await node.store.pubkeys.get(to);
  const key = record && decodeStoredKey(record.keyBlock)?.keyBlock;
  if (!key) return { difficulty: minimum, known: false };
  return { difficulty: key.difficulty ? atLeast(key.difficulty, minimum) : minimum, known: true };
}
