/**
 * How long objects live: what senders put in, with jitter so that nobody can tell from the end of an
 * object's life when it was made. Protocol: object; "TTL" below is always `expires − now`.
 */
import { randomInt } from '../util/random.js';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** Longest TTL a sender asks for: 28 days, before jitter. */
export const MAX_SENT_TTL_S = 28 * DAY_S;
/** Shortest TTL of messages and broadcasts that a user may choose. */
export const MIN_CHOSEN_TTL_S = HOUR_S;

/** What the window of PyBitmessage gives a message and a broadcast: 4 days and 6 hours. */
export const DEFAULT_UI_TTL_S = 367_200;
/** What PyBitmessage's API gives them when the caller names none: 4 days. */
export const DEFAULT_API_TTL_S = 4 * DAY_S;
export const PUBKEY_TTL_S = MAX_SENT_TTL_S;
/** First request for a key: 2.5 days. Each retry doubles it. */
export const GETPUBKEY_TTL_S = 2.5 * DAY_S;
export const ONIONPEER_TTL_S = 7 * DAY_S;

/** Acknowledgements live in one of three lengths, so that they say little about their message. */
const ACK_BUCKETS_S = [DAY_S, 7 * DAY_S] as const;

/** Every TTL gets a random whole number of seconds in this range added [class_singleWorker.py]. */
export const TTL_JITTER_MIN_S = -300;
export const TTL_JITTER_MAX_S = 299;

/** `ttlS` with jitter; at most {@link MAX_SENT_TTL_S} + 299 s when `ttlS` keeps to the limits. */
export function jitteredTtl(ttlS: number): number {
  return ttlS + randomInt(TTL_JITTER_MIN_S, TTL_JITTER_MAX_S);
}

/** A TTL as a user or an API caller may ask for it: within 1 hour and 28 days. */
export function clampTtl(ttlS: number): number {
  return Math.min(Math.max(ttlS, MIN_CHOSEN_TTL_S), MAX_SENT_TTL_S);
}

/**
 * TTL of a message before jitter: the user's, doubled with every retry, up to 28 days. There is no
 * lower limit here [class_singleWorker.py:sendMsg]: who takes the user's wish clamps it.
 * @param retryNumber how often the message was sent before; 0 for the first time
 */
export function msgTtlS(userTtlS: number, retryNumber: number): number {
  return Math.min(userTtlS * 2 ** retryNumber, MAX_SENT_TTL_S);
}

/** TTL of a broadcast before jitter: the user's, clamped. Broadcasts are not repeated. */
export function broadcastTtlS(userTtlS: number): number {
  return clampTtl(userTtlS);
}

/** TTL of a request for a key before jitter: 2.5 days, doubled with every retry, up to 28 days. */
export function getpubkeyTtlS(retryNumber: number): number {
  return Math.min(GETPUBKEY_TTL_S * 2 ** retryNumber, MAX_SENT_TTL_S);
}

/**
 * TTL of an acknowledgement before jitter: 1, 7 or 28 days by the (jittered) TTL of its message
 * [class_singleWorker.py:generateFullAckMessage].
 */
export function ackTtlS(msgTtl: number): number {
  return ACK_BUCKETS_S.find((bucketS) => msgTtl < bucketS) ?? MAX_SENT_TTL_S;
}
