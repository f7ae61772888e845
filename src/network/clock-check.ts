import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import { networkGroup } from '../wire/net-addr.js';
import { ExpiringMap } from './expiring-map.js';
import {
  CLOCK_OFFSET_MS,
  CLOCK_WARNING_S,
  CLOCK_WITNESSES,
  MAX_CLOCK_WITNESSES,
} from './limits.js';

/**
 * Compares our clock with what peers say in `version`. When several of different networks, and most of
 * them, differ in the same direction, it is ours that is wrong, and whoever runs the node is told. The
 * clock is never corrected by it: peers could say anything. [bmproto.py:peerValidityChecks counts the
 * refused peers only]
 */
export class ClockCheck {
  readonly #deps: { readonly clock: Clock; readonly log: Log };
  /** Network group -> how far the clock of its latest peer is ahead of ours, in seconds. */
  readonly #offsets: ExpiringMap<number>;
  #isWrong = false;

  constructor(deps: { clock: Clock; log: Log }) {
    this.#deps = deps;
    this.#offsets = new ExpiringMap(MAX_CLOCK_WITNESSES, deps.clock);
  }

  /** A peer told its time, welcome or not. */
  peerSaid(host: string, timestampS: number): void {
    const offsetS = timestampS - this.#deps.clock.nowS();
    this.#offsets.set(networkGroup(host), offsetS, CLOCK_OFFSET_MS);
    const wasWrong = this.#isWrong;
    const aboutS = this.offsetS;
    this.#isWrong = aboutS !== undefined;
    if (aboutS === undefined || wasWrong) return;
    const direction = aboutS > 0 ? 'behind' : 'ahead';
    this.#deps.log.warn(
      { seconds: Math.abs(aboutS) },
      `the clock of this machine seems to be ${direction}: several peers say so`,
    );
  }

  /** Networks whose peers said what time it is, lately. */
  get witnesses(): number {
    return this.#sorted().length;
  }

  /** Seconds that the peers' clocks are ahead of ours, the middle one of all; undefined without peers. */
  get medianS(): number | undefined {
    return middleOf(this.#sorted());
  }

  /** Our clock was set: what was said before compares with another time. */
  forget(): void {
    this.#offsets.clear();
    this.#isWrong = false;
  }

  /** How far our clock is behind (above 0) or ahead of that of most peers; undefined when it is right. */
  get offsetS(): number | undefined {
    const offsets = this.#sorted();
    const ahead = offsets.filter((offset) => offset > CLOCK_WARNING_S).length;
    const behind = offsets.filter((offset) => offset < -CLOCK_WARNING_S).length;
    const most = Math.max(ahead, behind);
    if (most < CLOCK_WITNESSES || most * 2 <= offsets.length) return undefined;
    return middleOf(offsets);
  }

  #sorted(): number[] {
    return [...this.#offsets.values()].sort((one, other) => one - other);
  }
}

function middleOf(sorted: readonly number[]): number | undefined {
  return sorted[Math.floor(sorted.length / 2)];
}
