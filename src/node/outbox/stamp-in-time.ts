/** Makes an object that is still worth publishing when its proof of work is done. */
import { jitteredTtl, MAX_SENT_TTL_S } from '../../objects/ttl.js';
import type { Clock } from '../../util/clock.js';
import type { Log } from '../../util/log.js';
import type { Stamper, StampOptions } from '../stamper.js';

export interface StampedObject {
  readonly object: Uint8Array;
  /** The time to live it was made with, jitter included. */
  readonly ttlS: number;
}

/** Builds the object without its nonce for that end of life. */
export type BuildObject = (expiresS: number, ttlS: number) => Promise<Uint8Array> | Uint8Array;

/** Less of its life than this part left after the work: the object is made again. */
const WORTHWHILE_PART = 0.5;

/**
 * Builds and stamps. When the work took more than half of the object's life (a slow machine, a high
 * difficulty, a machine that slept), the object is made anew with a life longer by that time.
 * @param wantedTtlS before jitter
 * @throws PowAborted
 */
export async function stampInTime(
  { stamper, clock, log }: { stamper: Stamper; clock: Clock; log: Log },
  wantedTtlS: number,
  build: BuildObject,
  options: StampOptions,
): Promise<StampedObject> {
  let plannedS = wantedTtlS;
  for (;;) {
    const startS = clock.nowS();
    const ttlS = jitteredTtl(plannedS);
    const object = await stamper.stamp(await build(startS + ttlS, ttlS), options);
    const elapsedS = clock.nowS() - startS;
    const leftS = ttlS - elapsedS;
    const longest = plannedS >= MAX_SENT_TTL_S;
    if (leftS >= ttlS * WORTHWHILE_PART || (longest && leftS > 0)) return { object, ttlS };
    log.info({ purpose: options.purpose, elapsedS }, 'proof of work took too long, made again');
    plannedS = Math.min(plannedS + elapsedS, MAX_SENT_TTL_S);
  }
}
