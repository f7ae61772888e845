/** Notices when the process has nearly used up the files and connections that it may open (Linux). */
import { readdir, readFile } from 'node:fs/promises';
import type { Clock, Timer } from '../../util/clock.js';
import type { Service } from '../../util/service.js';
import type { Conditions } from './conditions.js';

const LOOK_PERIOD_MS = 2_000;

/** With fewer left, connections are refused by the system before anybody here sees them. */
const FEW_LEFT = 8;
/** So many have to be free again, else it would come and go with every connection. */
const ENOUGH_LEFT = 24;

export interface HandleUse {
  readonly open: number;
  readonly limit: number;
}

export interface HandleWatchDependencies {
  readonly clock: Clock;
  readonly conditions: Conditions;
  /** Undefined where it cannot be known; default: /proc. */
  readonly handles?: () => Promise<HandleUse | 'none left' | undefined>;
}

export class HandleWatch implements Service {
  readonly #dependencies: HandleWatchDependencies;
  #timer: Timer | undefined;

  constructor(dependencies: HandleWatchDependencies) {
    this.#dependencies = dependencies;
  }

  start(): Promise<void> {
    const { clock } = this.#dependencies;
    this.#timer = clock.setInterval(() => void this.#look(), LOOK_PERIOD_MS);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#dependencies.clock.clear(this.#timer);
    this.#timer = undefined;
    return Promise.resolve();
  }

  async #look(): Promise<void> {
    const { conditions, handles = handlesOfProcess } = this.#dependencies;
    const use = await handles();
    if (!use) return;
    const left = use === 'none left' ? 0 : use.limit - use.open;
    if (left < FEW_LEFT) conditions.begin('out-of-handles');
    else if (left >= ENOUGH_LEFT) conditions.end('out-of-handles');
  }
}

/** Of this process; the system's refusal to look is the answer, too. */
async function handlesOfProcess(): Promise<HandleUse | 'none left' | undefined> {
  try {
    const limits = await readFile('/proc/self/limits', 'utf8');
    const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
    if (!Number.isSafeInteger(limit)) return undefined; // Unlimited.
    return { open: (await readdir('/proc/self/fd')).length, limit };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EMFILE') return undefined;
    return 'none left';
  }
}
