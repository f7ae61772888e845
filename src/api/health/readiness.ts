/** Whether the process is alive, and whether it can do what it is there for. */
import { CONDITIONS, STOPS_STORING } from '../../node/health/conditions.js';
import type { DatabaseProbe } from './database-probe.js';
import type { HealthNode } from './scrape.js';

/**
 * Seconds that the database may owe an answer before the process counts as dead. A restart helps only
 * what hangs for ever: giving back the space of a large trash takes a minute, and must not be shot.
 */
export const DEAD_AFTER_S = 120;
/** Before it counts as not ready: who has the choice should ask another node meanwhile. */
export const UNREADY_AFTER_S = 10;

/** Why not: a word for programs, and a text that says nothing about whose node it is. */
export interface Reason {
  readonly name: string;
  readonly text: string;
}

export class Readiness {
  readonly #node: HealthNode;
  readonly #probe: DatabaseProbe;

  constructor(node: HealthNode, probe: DatabaseProbe) {
    this.#node = node;
    this.#probe = probe;
  }

  /** Why the process had better be started again; empty as long as it lives. */
  async whyDead(): Promise<Reason[]> {
    return databaseReasons(await this.#probe.silentS(), DEAD_AFTER_S);
  }

  /** Why nobody should rely on this node now; empty when all is well. */
  async whyNotReady(): Promise<Reason[]> {
    const reasons = databaseReasons(await this.#probe.silentS(), UNREADY_AFTER_S);
    const { loading, conditions } = this.#node;
    // What was seen may name paths and addresses: that is for the log and for who is logged in.
    for (const code of STOPS_STORING) {
      if (conditions.has(code)) reasons.push({ name: code, text: CONDITIONS[code].meaning });
    }
    if (loading) reasons.push({ name: 'keys', text: 'still being loaded' });
    return reasons;
  }
}

function databaseReasons(silentS: number, limitS: number): Reason[] {
  if (silentS === Infinity) return [{ name: 'database', text: 'refuses to answer' }];
  return silentS < limitS ? [] : [{ name: 'database', text: `no answer for ${silentS} s` }];
}
