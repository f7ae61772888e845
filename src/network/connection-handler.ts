import type { Duplex } from 'node:stream';
import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import type { ReceivedPacket } from '../wire/packet.js';
import type { VersionPayload } from '../wire/version.js';
import type { Connection } from './connection.js';
import type { ConnectionMemory } from './connection-memory.js';
import type { HostPort } from './options.js';
import type { RejectionCounts } from './rejections.js';
import type { Throttles } from './throttle.js';

/** What a connection asks of and tells to its surroundings. */
export interface ConnectionHandler {
  ownVersion(connection: Connection): VersionPayload;
  refusal(connection: Connection, version: VersionPayload): string | undefined;
  established(connection: Connection): void;
  /** A packet of an established peer. While the promise is pending nothing more is read. */
  packet(connection: Connection, packet: ReceivedPacket): Promise<void> | undefined;
  /** The send buffer has room again. */
  drained(connection: Connection): void;
  /** Once, whatever the reason; `banned` when the peer had committed too many faults. */
  closed(connection: Connection, reason: string, banned: boolean): void;
  /** TLS was agreed and the dialling peer gave up before its first handshake message. */
  tlsUnusable(connection: Connection): void;
}

export interface ConnectionOptions {
  readonly id: number;
  /** The TCP connection, open. */
  readonly socket: Duplex;
  readonly inbound: boolean;
  /** The peer's address; for inbound ones the port is the one it dialled from. */
  readonly remote: HostPort;
  readonly trusted: boolean;
  /** Part of {@link HANDSHAKE_TIMEOUT_MS} that the dial took already. */
  readonly dialledForMs?: number;
}

/** Bytes of payload and header, both directions, TLS not counted. */
export interface Traffic {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Of all connections together. */
  readonly rejections: RejectionCounts;
  /** The same. */
  readonly throttles: Throttles;
  readonly memory: ConnectionMemory;
}
