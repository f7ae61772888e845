/** Peers, status and synchronisation of the network, as events of the node. */
import type { Network } from '../network/network.js';
import type { Clock, Timer } from '../util/clock.js';
import type { Service } from '../util/service.js';
import type { NodeEventLog } from './events.js';
import type { Conditions } from './health/conditions.js';

/** How often it is looked whether objects are being fetched. */
const LOOK_PERIOD_MS = 3_000;

/** Without a single peer for so long there is no network; a start takes some of it to find one. */
const NO_NETWORK_MS = 60_000;

export interface NetworkWatchDependencies {
  readonly network: Pick<
    Network,
    'events' | 'status' | 'connections' | 'pendingDownloads' | 'clockOffsetS'
  >;
  readonly inventory: { readonly size: number };
  readonly events: NodeEventLog;
  readonly conditions: Conditions;
  readonly clock: Clock;
  /** The node is to have peers: it dials somebody. */
  readonly wantsPeers: boolean;
}

export class NetworkWatch implements Service {
  readonly #dependencies: NetworkWatchDependencies;
  #unfollow: (() => void)[] = [];
  #timer: Timer | undefined;
  #status = '';
  #wasFetching = false;
  /** When there was a peer, or the start. */
  #metAtMs = 0;

  constructor(dependencies: NetworkWatchDependencies) {
    this.#dependencies = dependencies;
  }

  start(): Promise<void> {
    const { network, events, clock } = this.#dependencies;
    this.#status = network.status();
    this.#metAtMs = clock.monotonicMs();
    this.#unfollow = [
      network.events.on('peerUp', ({ host, port, inbound, userAgent }) => {
        events.emit('peerUp', { host, port, inbound, userAgent });
        this.#look();
      }),
      network.events.on('peerDown', ({ host, port, inbound, reason }) => {
        events.emit('peerDown', { host, port, inbound, reason });
        this.#look();
      }),
    ];
    this.#timer = clock.setInterval(() => this.#look(), LOOK_PERIOD_MS);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    for (const unfollow of this.#unfollow.splice(0)) unfollow();
    this.#dependencies.clock.clear(this.#timer);
    this.#timer = undefined;
    return Promise.resolve();
  }

  #look(): void {
    const { network, inventory, events } = this.#dependencies;
    const status = network.status();
    if (status !== this.#status) {
      this.#status = status;
      const peers = network.connections().filter(({ established }) => established).length;
      events.emit('networkChanged', { status, peers });
    }
    const pendingDownloads = network.pendingDownloads();
    if (pendingDownloads > 0 || this.#wasFetching) {
      events.emit('syncProgress', { objects: inventory.size, pendingDownloads });
    }
    this.#wasFetching = pendingDownloads > 0;
    this.#lookAtClock();
    this.#lookAtPeers(status !== 'notConnected');
  }

  /** Objects made by a wrong clock are refused or live too short. */
  #lookAtClock(): void {
    const { network, conditions } = this.#dependencies;
    const { clockOffsetS } = network;
    if (clockOffsetS === undefined) {
      conditions.end('clock-wrong');
      return;
    }
    const direction = clockOffsetS > 0 ? 'behind' : 'ahead';
    const seconds = Math.round(Math.abs(clockOffsetS));
    const text = `The clock of the node's machine is ${seconds} s ${direction}, other nodes say.`;
    conditions.begin('clock-wrong', text);
  }

  #lookAtPeers(hasPeers: boolean): void {
    const { clock, conditions, wantsPeers } = this.#dependencies;
    if (hasPeers) {
      this.#metAtMs = clock.monotonicMs();
      conditions.end('no-network');
    } else if (wantsPeers && clock.monotonicMs() - this.#metAtMs >= NO_NETWORK_MS) {
      conditions.begin('no-network');
    }
  }
}
