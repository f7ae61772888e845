/** Follows own messages until they are where one wants them, or cannot get there. */
import type { OutgoingState } from '../../api/native/schema/outgoing-state.js';
import type { EventData } from '../../api/native/schema/events.js';
import type { PetrelClient } from '../../client/client.js';

/** `sent`: it is out in the network. `delivered`: the recipient's program has acknowledged it. */
export type DeliveryGoal = 'sent' | 'delivered';

export interface DeliveryOptions {
  readonly goal: DeliveryGoal;
  /** Event before which nothing of these messages can have happened. */
  readonly after: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called for the first state and every other one. */
  readonly onState: (id: string, state: OutgoingState) => void;
  readonly onWork: (progress: EventData<'pow.progress'>) => void;
  readonly onLost: () => void;
}

/** `reached`, `never`: it will not get there by itself; undefined: later perhaps. */
export type Outcome = 'reached' | 'never' | undefined;

/** States that one call asks for. */
const MAX_IDS = 100;

export function outcomeOf({ status, next }: OutgoingState, goal: DeliveryGoal): Outcome {
  const isOut =
    status === 'ackreceived' || status === 'msgsentnoackexpected' || status === 'broadcastsent';
  if (isOut || (status === 'msgsent' && goal === 'sent')) return 'reached';
  const isStuck = next === 'nothing' || next === 'decide' || next === 'wait-for-sender';
  return isStuck ? 'never' : undefined;
}

/**
 * Resolves with the outcomes when all have one, when none of the others is there any more, or when
 * the signal ends it. @throws ConnectionError, RpcError
 */
export async function followDelivery(
  client: PetrelClient,
  ids: readonly string[],
  { goal, after, signal, onState, onWork, onLost }: DeliveryOptions,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>(ids.map((id) => [id, undefined]));
  const seen = new Map<string, string>();
  const open = (): string[] => ids.filter((id) => outcomes.get(id) === undefined);
  const look = async (some: readonly string[]): Promise<void> => {
    for (let begin = 0; begin < some.length; begin += MAX_IDS) {
      const part = some.slice(begin, begin + MAX_IDS);
      const { states } = await client.call('outgoing.state', { ids: part });
      // Deleted ones are left out: nothing will come of them.
      for (const id of part) if (!states.some((one) => one.id === id)) outcomes.set(id, 'never');
      for (const { id, state } of states) {
        const text = `${state.status} ${state.reason}`;
        if (seen.get(id) !== text) onState(id, state);
        seen.set(id, text);
        outcomes.set(id, outcomeOf(state, goal));
      }
    }
  };
  await look(ids);
  if (open().length === 0) return outcomes;
  const onConnection = (state: string): void => {
    if (state === 'waiting') onLost();
  };
  for await (const event of client.events({ after, signal, onState: onConnection })) {
    if (event.name === 'outgoing.changed' && outcomes.has(event.data.id)) {
      await look([event.data.id]);
    } else if (event.name === 'resync' || event.name === 'message.changed') {
      await look(open());
    } else if (event.name === 'pow.progress') onWork(event.data);
    if (open().length === 0) break;
  }
  return outcomes;
}
