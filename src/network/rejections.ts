import type { WireErrorCode } from '../wire/errors.js';

/**
 * Everything of a peer that is not taken, by its reason: what the limits of limits.ts and the rules of
 * the protocol have kept out. docs/limits.md tells which limit counts as what.
 */
export const REJECTIONS = [
  // Faults: they cost points (fault-score.ts).
  'malformed',
  'malformed-object',
  'odd-object',
  'insufficient-pow',
  'too-large',
  'wrong-stream',
  'ttl-too-long',
  'expired',
  'unknown-object',
  'undelivered',
  // Too much of a good thing; the rest of it is taken.
  'surplus-announcement',
  'surplus-stem-object',
  'surplus-request',
  'repeated-request',
  'surplus-address',
  'unkept-address',
  'dropped-announcement',
  'unanswered-ping',
  // Nothing happens.
  'unknown-command',
  'portcheck',
  // The connection ends.
  'bad-magic',
  'bad-checksum',
  'too-long-packet',
  'bad-varint',
  'early-command',
  'repeated-handshake',
  'handshake-timeout',
  'handshake-bytes',
  'held-packet',
  'tls-failed',
  'idle',
  'unread',
  'too-many-faults',
  'fatal-error',
  // ... with an `error` that tells why.
  'old-protocol',
  'clock-ahead',
  'clock-behind',
  'no-shared-stream',
  'second-from-host',
  'server-full',
  'own-connection',
  // Accepted sockets that get no byte.
  'accept-banned',
  'accept-full',
  'accept-half-open',
  'accept-too-often',
] as const;

export type Rejection = (typeof REJECTIONS)[number];

/** Counts of one peer, or of all together: those of a peer are added to the total, too. */
export class RejectionCounts {
  readonly #counts = new Map<Rejection, number>();
  readonly #total: RejectionCounts | undefined;

  constructor(total?: RejectionCounts) {
    this.#total = total;
  }

  add(reason: Rejection, count = 1): void {
    if (count <= 0) return;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
    this.#total?.add(reason, count);
  }

  get(reason: Rejection): number {
    return this.#counts.get(reason) ?? 0;
  }

  /** Those that are not 0. */
  list(): Partial<Record<Rejection, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** Payloads that are too short or too long cost points; before the handshake is complete, the place. */
export const PACKET_REJECTION: Record<WireErrorCode, Rejection> = {
  protocol: 'bad-varint',
  'insufficient-data': 'malformed',
  'excessive-data': 'malformed',
  'bad-magic': 'bad-magic',
  'bad-checksum': 'bad-checksum',
  'too-long': 'too-long-packet',
};
