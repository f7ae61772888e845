import type { CheckedObject } from '../objects/check.js';
import { checkObject } from '../objects/check.js';
import { powTarget, powValue, type Difficulty } from '../objects/difficulty.js';
import { ObjectError, type ObjectErrorCode } from '../objects/errors.js';
import { inventoryHash, tagOf } from '../objects/object.js';
import { bytesKey } from '../util/bytes.js';
import { NONCE_BYTES } from '../wire/limits.js';
import { Reader } from '../wire/reader.js';
import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import type { Announcer } from './announcer.js';
import type { Dandelion } from './dandelion.js';
import type { Downloads } from './downloads.js';
import type { Fault } from './fault-score.js';
import type { NetworkInventory } from './inventory.js';
import {
  MAX_REJECTED,
  MAX_STORING_BYTES,
  MAX_STORING_BYTES_PER_PEER,
  VERIFICATION_BASE_BYTES,
  VERIFIED_BYTES_PER_TURN,
} from './limits.js';
import type { PeerId, PeerLink } from './peer-link.js';
import { RecentSet } from './recent-set.js';
import { TurnBudget } from './turn-budget.js';

/** What became of received objects, by number. */
export interface IntakeCounters {
  received: number;
  accepted: number;
  duplicate: number;
  refused: Record<ObjectErrorCode, number>;
}

export interface IntakeOptions {
  readonly minimum: Difficulty;
  readonly streams: readonly number[];
  readonly acceptMismatch: boolean;
}

export interface IntakeDeps {
  readonly inventory: NetworkInventory;
  readonly downloads: Downloads;
  readonly dandelion: Dandelion;
  readonly announcer: Announcer;
  readonly clock: Clock;
  readonly log: Log;
  accepted(checked: CheckedObject): void;
}

/** nonce 8, expires 8, type 4: what every object has. */
const OBJECT_FIXED_BYTES = 20;

/** What our clock says, right or wrong: by one that is behind, the work is for too short a life. */
const UNTIMELY: ReadonlySet<ObjectErrorCode> = new Set([
  'expired',
  'ttl-too-long',
  'insufficient-pow',
]);

const FAULT_OF: Record<ObjectErrorCode, Fault> = {
  malformed: 'malformed-object',
  'too-large': 'too-large',
  expired: 'expired',
  'ttl-too-long': 'ttl-too-long',
  'wrong-stream': 'wrong-stream',
  'insufficient-pow': 'insufficient-pow',
};

/**
 * The way of a received object: known? acceptable? then into the inventory and on to others. What is
 * refused is remembered and not requested again. [bmproto.py:bm_command_object]
 */
export class ObjectIntake {
  readonly counters: IntakeCounters = {
    received: 0,
    accepted: 0,
    duplicate: 0,
    refused: {
      malformed: 0,
      'too-large': 0,
      expired: 0,
      'ttl-too-long': 0,
      'wrong-stream': 0,
      'insufficient-pow': 0,
    },
  };
  /** False: our clock may be wrong, so objects that come too late or too early are nobody's fault. */
  isTimeSure = true;
  readonly #options: IntakeOptions;
  readonly #deps: IntakeDeps;
  readonly #rejected = new RecentSet(MAX_REJECTED);
  /** Refused by our clock alone. */
  readonly #untimely = new RecentSet(MAX_REJECTED);
  /** Bytes on their way into the store, by peer. */
  readonly #storing = new Map<PeerId, number>();
  #storingTotal = 0;
  readonly #budget = new TurnBudget(VERIFIED_BYTES_PER_TURN);

  constructor(options: IntakeOptions, deps: IntakeDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** The object was refused before: do not ask for it. */
  isRejected(key: string): boolean {
    return this.#rejected.has(key) || this.#untimely.has(key);
  }

  /**
   * Our clock was set: what it refused may be right after all.
   * @returns whether anything was refused by it
   */
  clockJumped(): boolean {
    const { size } = this.#untimely;
    this.#untimely.clear();
    return size > 0;
  }

  /**
   * Takes an object that `peer` sent.
   * @param object bytes of its own memory: they may have to wait
   * @param objectHash its SHA-512
   * @returns a promise when the peer sends faster than the store takes, or when enough was verified
   *   in this turn of the event loop: read on when it resolves
   */
  receive(peer: PeerLink, object: Uint8Array, objectHash: Uint8Array): Promise<void> | undefined {
    const { inventory, downloads, dandelion, announcer } = this.#deps;
    const nextTurn = this.#budget.wait();
    if (nextTurn) return nextTurn.then(() => this.receive(peer, object, objectHash));
    this.#budget.spend(VERIFICATION_BASE_BYTES + object.length);
    this.counters.received++;
    const hash = inventoryHash(object, objectHash);
    const key = bytesKey(hash);
    if (downloads.isPaused) {
      // Nothing can be stored: remembered as if it had been announced only.
      if (!inventory.has(hash)) downloads.offer(peer.id, [key]);
      return undefined;
    }
    const haveIt = downloads.arrived(key, peer.id);
    announcer.peerHas(peer.id, key);
    if (inventory.has(hash)) {
      this.counters.duplicate++;
      dandelion.receivedAgain(key);
      return undefined;
    }
    const checked = this.#check(peer, hash, object);
    return checked && this.#store(peer.id, checked, object, [...haveIt, peer.id]);
  }

  #store(
    peer: PeerId,
    checked: CheckedObject,
    object: Uint8Array,
    haveIt: readonly PeerId[],
  ): Promise<void> | undefined {
    const { length } = object; // The store may take the memory away.
    const storing = (this.#storing.get(peer) ?? 0) + length;
    this.#storing.set(peer, storing);
    this.#storingTotal += length;
    const stored = this.#accept(checked, object, haveIt)
      .catch((error: unknown) => this.#notStored(peer, checked.hash, error))
      .finally(() => {
        this.#storingTotal -= length;
        const left = (this.#storing.get(peer) ?? 0) - length;
        if (left > 0) this.#storing.set(peer, left);
        else this.#storing.delete(peer);
      });
    const isTooFast =
      storing > MAX_STORING_BYTES_PER_PEER || this.#storingTotal > MAX_STORING_BYTES;
    return isTooFast ? stored : undefined;
  }

  /** A disk that takes nothing (then downloads are paused): the object is asked for again later. */
  #notStored(peer: PeerId, hash: Uint8Array, error: unknown): void {
    const { downloads, log } = this.#deps;
    if (downloads.isPaused) downloads.offer(peer, [bytesKey(hash)]);
    else log.error({ err: error }, 'object could not be stored');
  }

  #check(peer: PeerLink, hash: Uint8Array, object: Uint8Array): CheckedObject | undefined {
    try {
      const { minimum, streams, acceptMismatch } = this.#options;
      const nowS = this.#deps.clock.nowS();
      return checkObject(object, { minimum, streams, acceptMismatch, nowS, hash });
    } catch (error) {
      if (!(error instanceof ObjectError)) throw error;
      const key = bytesKey(hash);
      this.counters.refused[error.code]++;
      const isUntimely = UNTIMELY.has(error.code);
      (isUntimely ? this.#untimely : this.#rejected).add(key);
      this.#deps.dandelion.forgetExpected(key);
      if (isUntimely && !this.isTimeSure) return undefined;
      peer.fault(this.#isOdd(error.code, object) ? 'odd-object' : FAULT_OF[error.code]);
      return undefined;
    }
  }

  /**
   * Somebody did the work for an object that we cannot read. MiNode and notbit can, if it is only a
   * number in an unusual form, and must not be closed for passing on what an attacker made.
   */
  #isOdd(code: ObjectErrorCode, object: Uint8Array): boolean {
    if (code !== 'malformed' || object.length < OBJECT_FIXED_BYTES) return false;
    const expiresS = new Reader(object, NONCE_BYTES).u64Clamped();
    const ttlS = expiresS - this.#deps.clock.nowS();
    return powValue(object) <= powTarget(object.length, ttlS, this.#options.minimum);
  }

  async #accept(
    checked: CheckedObject,
    object: Uint8Array,
    haveIt: readonly PeerId[],
  ): Promise<void> {
    const { inventory, dandelion, announcer } = this.#deps;
    const { type, version, stream, expiresS } = checked.header;
    const { hash } = checked;
    const tag = tagOf(checked.header, object);
    const added = await inventory.add({ hash, type, version, stream, expiresS, tag, object });
    if (!added) return;
    const key = bytesKey(hash);
    this.counters.accepted++;
    // Kept though not ours (acceptMismatch): our peers do not take part in that stream.
    if (!this.#options.streams.includes(stream)) dandelion.forgetExpected(key);
    else if (!dandelion.received(key)) announcer.announce(key, haveIt);
    this.#deps.accepted(checked);
  }
}
