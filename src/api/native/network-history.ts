/** Samples of the network for a plot: a day of them in memory. */
import type { Clock, Timer } from '../../util/clock.js';
import type { Service } from '../../util/service.js';
import type { NativeNode } from './context.js';
import type { NetworkSample } from './schema/node.js';

export const SAMPLE_PERIOD_S = 30;
const MAX_SAMPLES = 2_880;

export class NetworkHistory implements Service {
  readonly #node: Pick<NativeNode, 'network' | 'store'>;
  readonly #clock: Clock;
  readonly #samples: NetworkSample[] = [];
  #timer: Timer | undefined;

  constructor(node: Pick<NativeNode, 'network' | 'store'>, clock: Clock) {
    this.#node = node;
    this.#clock = clock;
  }

  start(): Promise<void> {
    this.#take();
    this.#timer = this.#clock.setInterval(() => this.#take(), SAMPLE_PERIOD_S * 1000);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
    return Promise.resolve();
  }

  /** Oldest first, evenly chosen when there are more, the newest always among them. */
  samples(sinceS: number, max: number): NetworkSample[] {
    const wanted = this.#samples.filter(({ atS }) => atS >= sinceS);
    const step = Math.max(1, (wanted.length - 1) / (max - 1));
    const count = Math.min(wanted.length, max);
    return Array.from({ length: count }, (_, index) => {
      const place = index === count - 1 ? wanted.length - 1 : Math.round(index * step);
      return wanted[place];
    }).filter((sample) => sample !== undefined);
  }

  /** Bytes per second between the last sample and now. */
  rates(): { receivedBytesPerSecond: number; sentBytesPerSecond: number } {
    const last = this.#samples.at(-1);
    const now = this.#now();
    const seconds = Math.max(1, now.atS - (last?.atS ?? now.atS));
    return {
      receivedBytesPerSecond: (now.receivedBytes - (last?.receivedBytes ?? 0)) / seconds,
      sentBytesPerSecond: (now.sentBytes - (last?.sentBytes ?? 0)) / seconds,
    };
  }

  #take(): void {
    this.#samples.push(this.#now());
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  #now(): NetworkSample {
    const { network, store } = this.#node;
    const { receivedBytes, sentBytes } = network.counters;
    return {
      atS: this.#clock.nowS(),
      objects: store.inventory.size,
      peers: network.connections().filter(({ established }) => established).length,
      receivedBytes,
      sentBytes,
      pendingDownloads: network.pendingDownloads(),
    };
  }
}
