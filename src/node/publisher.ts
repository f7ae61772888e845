/**
 * Brings finished objects into the inventory and to the network, once each. What is to be published
 * is committed to mail.db first (`outgoing`); it is removed there only after the inventory has it,
 * so a stop or crash at any point loses nothing: at the start everything left is put again.
 */
import { checkObject } from '../objects/check.js';
import { ObjectError } from '../objects/errors.js';
import { tagOf } from '../objects/object.js';
import type { OutgoingObject } from '../store/repositories.js';
import { bytesKey, toHex } from '../util/bytes.js';
import type { Timer } from '../util/clock.js';
import type { Service } from '../util/service.js';
import type { Announcer, MailContext } from './mail-dependencies.js';

/** The longest privacy delay that can be set (privacy.ackdelay), milliseconds. */
const MAX_DELAY_MS = 3_600_000;

export class Publisher implements Service {
  readonly #context: MailContext;
  readonly #announcer: Announcer;
  readonly #onExpired: (hash: Uint8Array) => Promise<void>;
  readonly #timers = new Map<string, Timer>();
  readonly #running = new Set<Promise<void>>();
  #stopped = true;

  /** @param onExpired told of an object that expired before it could be published. */
  constructor(
    context: MailContext,
    announcer: Announcer,
    onExpired: (hash: Uint8Array) => Promise<void>,
  ) {
    this.#context = context;
    this.#announcer = announcer;
    this.#onExpired = onExpired;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    for (const entry of await this.#context.store.journal.listOutgoing()) this.publish(entry);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) this.#context.clock.clear(timer);
    this.#timers.clear();
    await Promise.all(this.#running);
  }

  /** Objects being published at this moment; not those whose time has not come. */
  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** Takes over an entry that has been committed to the journal; publishes it when it is due. */
  publish(entry: OutgoingObject): void {
    if (this.#stopped) return; // It is in the journal: the next start publishes it.
    const { clock } = this.#context;
    // The clock may have been set back since: no entry waits longer than the longest delay there is.
    const waitMs = Math.min(entry.publishAtMs - clock.nowMs(), MAX_DELAY_MS);
    if (waitMs <= 0) {
      this.#run(entry);
      return;
    }
    const key = bytesKey(entry.hash);
    clock.clear(this.#timers.get(key));
    const timer = clock.setTimeout(() => {
      this.#timers.delete(key);
      this.#run(entry);
    }, waitMs);
    this.#timers.set(key, timer);
  }

  #run(entry: OutgoingObject): void {
    const work = this.#put(entry)
      .catch((error: unknown) => {
        if (!this.#stopped) this.#context.fail(error);
      })
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  async #put(entry: OutgoingObject): Promise<void> {
    const { storage, patient } = this.#context;
    // Announced once more after a disk that was full: who asked for it meanwhile has got nothing.
    await storage.patient(() => this.#putOnce(entry));
    await patient.journal.removeOutgoing(entry.hash);
  }

  async #putOnce({ hash, object }: OutgoingObject): Promise<void> {
    const { store, clock, settings, events, log } = this.#context;
    try {
      const { header } = checkObject(object, {
        nowS: clock.nowS(),
        minimum: settings.minimumDifficulty,
        streams: [...settings.streams],
      });
      const { type, version, stream, expiresS } = header;
      if (expiresS <= clock.nowS()) throw new ObjectError('expired', 'its time is over');
      const tag = tagOf(header, object);
      // Known already: put before a crash, or an acknowledgement that somebody else has published.
      // A stem phase now would hide what everybody has been told of.
      const isNew = !store.inventory.has(hash);
      const stored = store.inventory.add({ hash, type, version, stream, expiresS, tag, object });
      // In the same turn: otherwise a new peer could be told of it before its stem phase begins.
      if (isNew) this.#announcer.announce(hash, stream);
      await stored;
      events.emit('objectPublished', { hash, type });
    } catch (error) {
      if (!(error instanceof ObjectError)) throw error;
      log.warn({ hash: toHex(hash), code: error.code }, 'own object not publishable, dropped');
      if (error.code === 'expired') await this.#onExpired(hash);
    }
  }
}
