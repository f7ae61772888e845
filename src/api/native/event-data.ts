/** One event of the node in this API's words. */
import type { LoggedEvent, ReceivedMail, SentStateChange } from '../../node/events.js';
import type { NativeNode } from './context.js';
import { networkStatusOf } from './handlers/node.js';
import { outgoingStateOf } from './outgoing-state.js';
import type { NativeEvent } from './schema/events.js';
import { messageIdOf, messageSummary } from './shown.js';

type Told = {
  [Name in NativeEvent['name']]: Omit<Extract<NativeEvent, { name: Name }>, 'id' | 'atMs'>;
}[NativeEvent['name']];

/** Undefined for what is nobody's business here, or about mail that is gone already. */
export async function eventOf(node: NativeNode, logged: LoggedEvent): Promise<Told | undefined> {
  switch (logged.name) {
    case 'messageReceived':
    case 'broadcastReceived':
      return received(node, logged.event);
    case 'sentStateChanged':
      return sent(node, logged.event);
    case 'messagesChanged': {
      const { keys, change } = logged.event;
      const data = { change, ...(keys && { ids: keys.map(messageIdOf) }) };
      return { name: 'message.changed', data };
    }
    default:
      return simpleEvent(node, logged);
  }
}

async function received(node: NativeNode, { msgid }: ReceivedMail): Promise<Told | undefined> {
  const row = await node.store.mailbox.get({ direction: 'in', id: msgid });
  return row && { name: 'message.received', data: { message: messageSummary(node, row) } };
}

async function sent(node: NativeNode, change: SentStateChange): Promise<Told | undefined> {
  const { ackData, fromAddress, toAddress, from, to, reason } = change;
  const row = await node.store.mailbox.get({ direction: 'out', id: ackData });
  if (!row?.sending) return undefined;
  // The state of then: the row may be further already, which is the next event.
  const isStill = row.sending.status === to;
  const sending = isStill ? row.sending : { ...row.sending, status: to, reason, sleepUntilS: 0 };
  const state = outgoingStateOf(node, row, sending);
  const data = { id: messageIdOf(row), fromAddress, toAddress, state, ...(from && { from }) };
  return { name: 'outgoing.changed', data };
}

/** Those that need no look into the store. */
function simpleEvent(node: NativeNode, logged: LoggedEvent): Told | undefined {
  switch (logged.name) {
    case 'draftChanged':
      return { name: 'draft.changed', data: logged.event };
    case 'powStarted':
      return { name: 'pow.started', data: logged.event };
    case 'powDone':
      return { name: 'pow.done', data: logged.event };
    case 'powProgress': {
      const { purpose, owner = '', trials, expectedTrials, trialsPerSecond } = logged.event;
      const { elapsedMs, timeLeft } = logged.event;
      const left = timeLeft && { meanLeftMs: timeLeft.meanMs };
      const data = { purpose, owner, trials, expectedTrials, trialsPerSecond, elapsedMs, ...left };
      return { name: 'pow.progress', data };
    }
    case 'peerUp':
      return { name: 'peer.up', data: { peer: logged.event } };
    case 'peerDown': {
      const { reason, ...peer } = logged.event;
      return { name: 'peer.down', data: { peer, reason } };
    }
    case 'networkChanged': {
      const { peers } = logged.event;
      return { name: 'network.changed', data: { status: networkStatusOf(node), peers } };
    }
    case 'syncProgress':
      return { name: 'sync.progress', data: logged.event };
    case 'identityCreated':
      return { name: 'identity.made', data: logged.event };
    case 'identityChanged':
      return { name: 'identity.changed', data: logged.event };
    case 'identityRemoved':
      return { name: 'identity.removed', data: logged.event };
    case 'bookChanged':
      return { name: 'book.changed', data: logged.event };
    case 'keyRequested':
      return { name: 'key.requested', data: logged.event };
    case 'keyLearned':
      return { name: 'key.learned', data: logged.event };
    case 'settingsChanged':
      return { name: 'settings.changed', data: { names: [...logged.event.names] } };
    case 'takeoverProgress':
      return { name: 'takeover.progress', data: logged.event };
    case 'conditionChanged':
      return { name: 'condition.changed', data: logged.event };
    case 'warning':
      return { name: 'warning', data: logged.event };
    case 'notice':
      return { name: 'notice', data: logged.event };
    default:
      return undefined;
  }
}
