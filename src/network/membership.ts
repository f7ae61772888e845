import type { Emitter } from '../util/emitter.js';
import type { ReceivedPacket } from '../wire/packet.js';
import { SERVICE } from '../wire/limits.js';
import type { VersionPayload } from '../wire/version.js';
import type { Connection } from './connection.js';
import type { ConnectionHandler, Traffic } from './connection-handler.js';
import { connectionInfo } from './connection-info.js';
import type { NetworkParts } from './network-parts.js';
import type { NetworkDeps, NetworkEvents } from './network-types.js';
import type { NetworkOptions } from './options.js';
import type { Rejection } from './rejections.js';
import { REFUSAL, type Refusal } from './validity.js';

const REJECTION_OF: Record<Refusal, Rejection> = {
  [REFUSAL.oldProtocol]: 'old-protocol',
  [REFUSAL.timeInFuture]: 'clock-ahead',
  [REFUSAL.timeInPast]: 'clock-behind',
  [REFUSAL.noSharedStreams]: 'no-shared-stream',
  [REFUSAL.tooManyFromHost]: 'second-from-host',
  [REFUSAL.tryLater]: 'server-full',
  [REFUSAL.ownConnection]: 'own-connection',
};

type MembershipDeps = Pick<NetworkDeps, 'inventory' | 'clock' | 'log'> & {
  readonly events: Emitter<NetworkEvents>;
};

/** A peer comes, talks and goes: tells each part of the network layer what it has to know of that. */
export class Membership implements ConnectionHandler {
  readonly #options: Pick<NetworkOptions, 'streams'>;
  readonly #parts: NetworkParts;
  readonly #deps: MembershipDeps;
  /** Of connections that ended. */
  readonly #ended = { receivedBytes: 0, sentBytes: 0 };

  constructor(options: Pick<NetworkOptions, 'streams'>, parts: NetworkParts, deps: MembershipDeps) {
    this.#options = options;
    this.#parts = parts;
    this.#deps = deps;
  }

  /** Bytes of all connections since the start. */
  get traffic(): Traffic {
    let { receivedBytes, sentBytes } = this.#ended;
    for (const { traffic } of this.#parts.pool.all()) {
      receivedBytes += traffic.receivedBytes;
      sentBytes += traffic.sentBytes;
    }
    return { receivedBytes, sentBytes };
  }

  ownVersion(connection: Connection): VersionPayload {
    return this.#parts.doorman.ownVersion(connection);
  }

  refusal(connection: Connection, version: VersionPayload): string | undefined {
    const refusal = this.#parts.doorman.refusal(connection, version);
    if (refusal) connection.reject(REJECTION_OF[refusal]);
    return refusal;
  }

  packet(connection: Connection, packet: ReceivedPacket): Promise<void> | undefined {
    const handled = this.#parts.commands.handle(connection, packet);
    if (packet.command === 'addr') this.#parts.outbound.gotAddresses(connection);
    return handled;
  }

  drained({ id }: Connection): void {
    const { uploads, bigInventory, announcer } = this.#parts;
    uploads.drained(id);
    bigInventory.drained(id);
    announcer.drained(id);
  }

  tlsUnusable(connection: Connection): void {
    this.#parts.doorman.offerPlainOnly(connection);
  }

  established(connection: Connection): void {
    const { doorman, downloads, uploads, announcer, outbound, dandelion, addr, own } = this.#parts;
    const { id, inbound, services, version } = connection;
    doorman.established(connection);
    downloads.addPeer(id);
    uploads.addPeer(connection);
    announcer.addPeer(connection);
    const info = connectionInfo(connection);
    this.#deps.log.debug({ ...info, services: String(services) }, 'peer established');
    this.#deps.events.emit('peerUp', info);
    if (!inbound) outbound.established(connection);
    else this.#remember(connection);
    // One too many, or only asked for the addresses that it knows.
    if (!connection.established || outbound.isBootstrap(connection)) return;
    if (!inbound && (services & SERVICE.dandelion) !== 0n) dandelion.addCandidate(id);
    addr.greet(connection, version?.streams ?? [], own.toAnnounce());
    this.#sendInventory(connection);
  }

  closed(connection: Connection, reason: string, banned: boolean): void {
    const { pool, doorman, outbound } = this.#parts;
    const { remote, inbound, traffic } = connection;
    pool.remove(connection);
    this.#ended.receivedBytes += traffic.receivedBytes;
    this.#ended.sentBytes += traffic.sentBytes;
    if (banned) doorman.ban(remote.host);
    if (!inbound) outbound.closed(connection);
    if (!connection.wasEstablished) return;
    this.#forget(connection.id);
    this.#deps.events.emit('peerDown', { ...connectionInfo(connection), reason });
  }

  #remember({ remote, version }: Connection): void {
    const { book } = this.#parts.keeper;
    const port = version?.senderPort ?? 0;
    book.calledFrom({ host: remote.host, port }, version?.streams[0] ?? 1);
  }

  #forget(id: number): void {
    const { bigInventory, announcer, uploads, addr, dandelion, downloads } = this.#parts;
    for (const part of [bigInventory, announcer, uploads, addr, dandelion, downloads]) {
      part.removePeer(id);
    }
  }

  #sendInventory(connection: Connection): void {
    const { inventory, clock } = this.#deps;
    const streams = this.#options.streams.filter((stream) =>
      connection.version?.streams.includes(stream),
    );
    this.#parts.bigInventory.send(connection, (firstByte) =>
      streams.flatMap((stream) => inventory.list(stream, clock.nowS(), firstByte)),
    );
  }
}
