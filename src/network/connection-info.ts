import type { Connection } from './connection.js';
import type { Rejection } from './rejections.js';
import { displayUserAgent } from './user-agent.js';

/** One connection as others may see it. */
export interface ConnectionInfo {
  readonly id: number;
  readonly host: string;
  /** Of an inbound one: the port it dialled from. */
  readonly port: number;
  readonly inbound: boolean;
  readonly established: boolean;
  readonly trusted: boolean;
  /** Unix time at which the socket was open. */
  readonly openedS: number;
  readonly tls: boolean;
  /** '' until the peer's `version` came; otherwise safe to show. */
  readonly userAgent: string;
  /** Bits of wire/limits.ts:SERVICE of the peer. */
  readonly services: bigint;
  readonly streams: readonly number[];
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** What was not taken of this peer; those that are 0 are left out. */
  readonly rejections: Readonly<Partial<Record<Rejection, number>>>;
}

export function connectionInfo(connection: Connection): ConnectionInfo {
  const { id, remote, inbound, established, trusted, openedS, tls } = connection;
  const { services, version, traffic, rejections } = connection;
  return {
    id,
    host: remote.host,
    port: remote.port,
    inbound,
    established,
    trusted,
    openedS,
    tls,
    userAgent: version ? displayUserAgent(version.userAgent) : '',
    services,
    streams: version?.streams ?? [],
    ...traffic,
    rejections: rejections.list(),
  };
}
