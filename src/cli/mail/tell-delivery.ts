/** What was queued and, when one waits, how it gets on: bars on a terminal, lines elsewhere. */
import type { Command } from 'commander';
import type { OutgoingState } from '../../api/native/schema/outgoing-state.js';
import type { PetrelClient } from '../../client/client.js';
import { ConnectionError } from '../../client/errors.js';
import { UserError } from '../../util/errors.js';
import { EXIT } from '../exit-codes.js';
import { printJson } from '../json-output.js';
import { duration, type NodeOptions } from '../node-command.js';
import type { CommandContext } from '../program.js';
import { ProgressBar } from '../progress-bar.js';
import { tableLines } from '../terminal/table.js';
import { followDelivery, type Outcome } from './delivery.js';
import { ownName } from './message-names.js';
import { stateLine, statusWords } from './state-words.js';

export interface WaitOptions {
  readonly wait?: boolean;
  readonly waitDelivered?: boolean;
  readonly timeout?: number;
}

/** A message that the node has taken. */
export interface Queued {
  readonly id: string;
  readonly number: number;
  /** Absent: a broadcast. */
  readonly toAddress?: string;
}

interface Delivery {
  readonly client: PetrelClient;
  /** Event before the messages were queued. */
  readonly after: number;
  readonly queued: readonly Queued[];
  readonly options: WaitOptions & NodeOptions;
}

const MS = 1_000;

export function addDeliveryOptions(command: Command, kind: 'message' | 'broadcast'): Command {
  command.option('--wait', 'wait until it is out in the network');
  if (kind === 'message') {
    command.option('--wait-delivered', "wait until the recipient's program has acknowledged it");
  }
  return command.option('--timeout <duration>', 'wait no longer than that, as 10m', duration);
}

/** @throws UserError (exit 6) when what was waited for will not come, or not in time */
export async function tellDelivery(delivery: Delivery, context: CommandContext): Promise<void> {
  const { client, queued, options } = delivery;
  const isWaiting = options.wait ?? options.waitDelivered ?? false;
  const outcomes = isWaiting ? await follow(delivery, context) : undefined;
  const ids = queued.map(({ id }) => id);
  const { states } = await client.call('outgoing.state', { ids });
  const stateOf = new Map(states.map(({ id, state }) => [id, state]));
  if (options.json) {
    const messages = queued.map((one) => ({ ...one, state: stateOf.get(one.id) ?? null }));
    printJson(context, { messages });
  } else printQueued(queued, stateOf, context);
  if (!outcomes) {
    if (!options.json) context.note('petrel sent and petrel queue show how far it is');
    return;
  }
  checkOutcomes(queued, outcomes, stateOf);
}

async function follow(
  { client, after, queued, options }: Delivery,
  context: CommandContext,
): Promise<Map<string, Outcome>> {
  const stop = new AbortController();
  const interrupted = (): void => {
    context.note('the message stays in the outbox; petrel queue shows it');
    process.exit(EXIT.interrupted);
  };
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => stop.abort(), options.timeout * MS);
  process.once('SIGINT', interrupted);
  const bar = new ProgressBar();
  const names = new Map(queued.map(({ id, number }) => [id, ownName(number)]));
  try {
    return await followDelivery(
      client,
      queued.map(({ id }) => id),
      {
        goal: options.waitDelivered ? 'delivered' : 'sent',
        after,
        signal: stop.signal,
        onState: (id, state) => {
          bar.end();
          context.note(`${names.get(id) ?? ''}: ${stateLine(state)}`);
        },
        onWork: ({ purpose, trials, expectedTrials }) => {
          bar.show(purpose, chanceDone(trials, expectedTrials), 1);
        },
        onLost: () => context.note('the node does not answer; trying again'),
      },
    );
  } catch (error) {
    if (!(error instanceof ConnectionError) || error.failure !== 'not-logged-in') throw error;
    const text = 'the node was started anew; petrel queue shows what has become of the message';
    throw new UserError(text, { cause: error, exitCode: EXIT.notRunning });
  } finally {
    bar.end();
    clearTimeout(timer);
    process.off('SIGINT', interrupted);
  }
}

/** Part of such jobs that end within so many trials: the search has no memory, a bar needs an end. */
function chanceDone(trials: number, expectedTrials: number): number {
  return expectedTrials > 0 ? 1 - Math.exp(-trials / expectedTrials) : 0;
}

function printQueued(
  queued: readonly Queued[],
  stateOf: ReadonlyMap<string, OutgoingState>,
  context: CommandContext,
): void {
  const columns = [{ title: 'ID' }, { title: 'TO' }, { title: 'STATE' }];
  const rows = queued.map(({ id, number, toAddress = 'subscribers' }) => {
    const state = stateOf.get(id);
    return { cells: [ownName(number), toAddress, state ? statusWords(state) : 'deleted'] };
  });
  for (const line of tableLines(columns, rows, context.screen)) context.print(line);
}

/** @throws UserError */
function checkOutcomes(
  queued: readonly Queued[],
  outcomes: ReadonlyMap<string, Outcome>,
  stateOf: ReadonlyMap<string, OutgoingState>,
): void {
  const missing = queued.filter(({ id }) => outcomes.get(id) !== 'reached');
  const [first] = missing;
  if (!first) return;
  const state = stateOf.get(first.id);
  const why = state ? stateLine(state) : 'deleted';
  const others = missing.length > 1 ? `, and ${missing.length - 1} more` : '';
  const isLate = outcomes.get(first.id) === undefined;
  const text = isLate ? 'did not get there in time' : 'does not get there';
  throw new UserError(`${ownName(first.number)} ${text}: ${why}${others}`, {
    exitCode: EXIT.waitedInVain,
  });
}
