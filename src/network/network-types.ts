import type { ObjectHeader } from '../objects/object.js';
import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import type { ConnectionInfo } from './connection-info.js';
import type { Dialer } from './dial.js';
import type { NetworkInventory } from './inventory.js';
import type { listen } from './listen.js';
import type { NodeBookStore } from './node-keeper.js';
import type { IntakeCounters } from './object-intake.js';
import type { HostPort } from './options.js';
import type { Rejection } from './rejections.js';

/** As PyBitmessage's API names them [api.py:HandleClientStatus]. */
export type NetworkStatus =
  | 'notConnected'
  | 'connectedButHaveNotReceivedIncomingConnections'
  | 'connectedAndReceivingIncomingConnections';

/** Sums since the start. */
export interface NetworkCounters {
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly sentObjects: number;
  readonly objects: Readonly<IntakeCounters>;
  /** What was not taken, of all peers since the start; those that are 0 are left out. */
  readonly rejections: Readonly<Partial<Record<Rejection, number>>>;
}

export interface NetworkEvents {
  /** A connection was established. */
  peerUp: ConnectionInfo;
  /** An established connection ended. */
  peerDown: ConnectionInfo & { readonly reason: string };
  /** An object of another node is in the inventory now. */
  objectAccepted: { readonly hash: Uint8Array; readonly header: ObjectHeader };
}

export interface NetworkDeps {
  readonly inventory: NetworkInventory;
  readonly nodes: NodeBookStore;
  readonly log: Log;
  readonly clock: Clock;
  /** Default: as the option `proxies` says. */
  readonly dialer?: Dialer;
  /** Default: TCP sockets of this machine. */
  readonly listen?: typeof listen;
  /** Finds first nodes when none are known, e.g. by DNS; never called when offline. */
  readonly bootstrap?: () => Promise<readonly HostPort[]>;
}
