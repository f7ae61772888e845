/** The shapes the page works with, as the native API defines them. */
import type { ResultOf } from '../../src/api/native/schema/all.js';
import type { NativeEvent } from '../../src/api/native/schema/events.js';
import type {
  Folder,
  Message,
  MessageSummary,
  ThreadSummary,
} from '../../src/api/native/schema/messages.js';
import type {
  NetworkSample,
  Peer,
  Setting,
  TakeoverReport,
} from '../../src/api/native/schema/node.js';
import type { OutgoingState } from '../../src/api/native/schema/outgoing-state.js';
import type { Draft } from '../../src/api/native/schema/outgoing.js';
import type { Contact, Identity, ListedAddress } from '../../src/api/native/schema/people.js';

export type {
  Contact,
  Draft,
  Folder,
  Identity,
  ListedAddress,
  Message,
  MessageSummary,
  NativeEvent,
  NetworkSample,
  OutgoingState,
  Peer,
  Setting,
  TakeoverReport,
  ThreadSummary,
};

export type Counts = ResultOf<'messages.counts'>;
export type NetworkStatus = ResultOf<'network.status'>;
export type NodeInfo = ResultOf<'node.info'>;
export type PowStatus = ResultOf<'pow.status'>;
export type Estimate = ResultOf<'outgoing.estimate'>;

export type EventName = NativeEvent['name'];
export type EventWith<Name extends EventName> = Extract<NativeEvent, { name: Name }>;
export type EventOf<Name extends EventName> = EventWith<Name>['data'];

/** Recipient of a broadcast, as PyBitmessage writes it. */
export const BROADCAST_RECIPIENT = '[Broadcast subscribers]';
