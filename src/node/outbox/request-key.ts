/** Asks for the public key of a recipient. [singleWorker.py:requestPubKey; node.md §6] */
import type { Address } from '../../objects/address.js';
import { encodeGetpubkey } from '../../objects/getpubkey.js';
import { GETPUBKEY_TTL_S, getpubkeyTtlS } from '../../objects/ttl.js';
import { POW_PRIORITY } from '../../pow/solver.js';
import type { SentRecord } from '../../store/repositories.js';
import { commitSent } from './commit-sent.js';
import { SLEEP_PER_TTL, type OutboxParts } from './parts.js';
import type { SentRows } from './sent-rows.js';
import { stampInTime } from './stamp-in-time.js';

export class KeyRequests {
  readonly #parts: OutboxParts;
  readonly #rows: SentRows;
  readonly #release: (text: string) => Promise<void>;
  /** Unix seconds until which a request for that address is out; nobody asks again before. */
  readonly #outUntilS = new Map<string, number>();

  /** @param release lets go every message that waits for that address's key. */
  constructor(parts: OutboxParts, rows: SentRows, release: (text: string) => Promise<void>) {
    this.#parts = parts;
    this.#rows = rows;
    this.#release = release;
  }

  /** Learns from a row in `awaitingpubkey` what was asked before the start. */
  restore(row: SentRecord, text: string): void {
    this.#parts.pubkeys.waits.add(text);
    if (row.retryNumber === 0) return; // It waits for the request of another row.
    this.#outUntilS.set(text, Math.max(this.#outUntilS.get(text) ?? 0, row.sleepUntilS));
  }

  /** The key has come: the next request for this address, if any, is made at once. */
  forget(text: string): void {
    this.#outUntilS.delete(text);
  }

  /**
   * Takes a `msgqueued` row to `awaitingpubkey`: by a request of its own, or, while one for the same
   * address is out, by waiting for that one's answer.
   * @param text canonical text of `address`
   */
  async request(
    row: SentRecord,
    address: Address,
    text: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#parts.context;
    this.#parts.pubkeys.waits.add(text);
    if ((this.#outUntilS.get(text) ?? 0) > clock.nowS()) {
      const sleepUntilS = clock.nowS() + GETPUBKEY_TTL_S;
      await this.#rows.move(row, 'awaitingpubkey', { sleepUntilS });
      if (await this.#parts.pubkeys.isKnown(text)) await this.#release(text);
      return;
    }
    const ttlS = getpubkeyTtlS(row.retryNumber);
    const untilS = Math.ceil(clock.nowS() + SLEEP_PER_TTL * ttlS);
    this.#outUntilS.set(text, untilS);
    let sent = false;
    try {
      sent = await this.#ask(row, address, text, ttlS, signal);
    } finally {
      if (!sent && this.#outUntilS.get(text) === untilS) this.forget(text);
    }
  }

  async #ask(
    row: SentRecord,
    address: Address,
    text: string,
    wantedTtlS: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { context, stamper } = this.#parts;
    const { clock, log, settings, counters, events } = context;
    if (!(await this.#rows.move(row, 'doingpubkeypow'))) return false;
    // It may have come after it was looked for and before the row showed that it waits.
    if (await this.#parts.pubkeys.isKnown(text)) {
      await this.#release(text);
      return false;
    }
    const asking = { ...row, status: 'doingpubkeypow' } as const;
    const { object, ttlS } = await stampInTime(
      { stamper, clock, log },
      wantedTtlS,
      (expiresS) => encodeGetpubkey(address, expiresS),
      {
        difficulty: settings.minimumDifficulty,
        priority: POW_PRIORITY.getpubkey,
        purpose: 'key request',
        owner: row.fromAddress,
        signal,
      },
    );
    const nowS = clock.nowS();
    const sleepUntilS = Math.ceil(nowS + SLEEP_PER_TTL * ttlS);
    const move = { sleepUntilS, lastActionS: nowS, retryNumber: row.retryNumber + 1 };
    const sending = { row: asking, to: 'awaitingpubkey', move, object } as const;
    if (!(await commitSent(this.#parts, this.#rows, sending))) return false;
    this.#outUntilS.set(text, sleepUntilS);
    counters.keyRequestsSent += 1;
    events.emit('keyRequested', { address: text });
    return true;
  }
}
