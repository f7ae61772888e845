/** How often each method of the APIs was called, how long that took, and how often it failed. */
import { Histogram } from '../../util/histogram.js';

/** `remote`: the API that PyBitmessage has, in all its forms; `native`: Petrel's own. */
export type ApiName = 'remote' | 'native';

/** All names that do not exist: a caller cannot make the list longer. */
const UNKNOWN = 'other';

/** Seconds. */
const BOUNDS_S = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

export interface MethodTimes {
  readonly api: ApiName;
  readonly method: string;
  readonly times: Histogram;
  failures: number;
}

export class CallTimes {
  readonly #methods: Readonly<Record<ApiName, Map<string, MethodTimes>>> = {
    remote: new Map(),
    native: new Map(),
  };

  /** Counts a call by how it ends. @param method undefined for one that does not exist */
  async timed<Result>(
    api: ApiName,
    method: string | undefined,
    nowMs: () => number,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const startMs = nowMs();
    let failed = true;
    try {
      const result = await run();
      failed = false;
      return result;
    } finally {
      this.add(api, method, nowMs() - startMs, failed);
    }
  }

  /** Counts one call. @param method undefined for one that does not exist */
  add(api: ApiName, method: string | undefined, tookMs: number, failed: boolean): void {
    const name = method ?? UNKNOWN;
    let entry = this.#methods[api].get(name);
    if (!entry) {
      entry = { api, method: name, times: new Histogram(BOUNDS_S), failures: 0 };
      this.#methods[api].set(name, entry);
    }
    entry.times.add(tookMs / 1000);
    if (failed) entry.failures += 1;
  }

  /** What was called since the start. */
  list(): MethodTimes[] {
    return [...this.#methods.remote.values(), ...this.#methods.native.values()];
  }
}
