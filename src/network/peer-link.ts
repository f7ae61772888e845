import type { Command } from '../wire/packet.js';
import type { Fault } from './fault-score.js';
import type { Rejection } from './rejections.js';

/** Number of a connection, unique in one run. */
export type PeerId = number;

/** What the parts of the network layer see of an established connection. */
export interface PeerLink {
  readonly id: PeerId;
  /**
   * True while more than the high-water mark of bytes waits to be sent, or the limit of bytes per
   * second is reached: queue nothing more now. There will be word when it is over.
   */
  readonly congested: boolean;
  /** Bytes of objects and lists that may be queued now; at least 1 unless congested. */
  readonly room: number;
  /** Queues a packet; nothing happens when the connection is closed. */
  send(command: Command, payload?: Uint8Array): void;
  /** Counts a fault and closes the connection when there were too many. */
  fault(fault: Fault): void;
  /** Counts something that was not taken and has no other consequence here. */
  reject(reason: Rejection, count?: number): void;
}
