import { MAX_CLOCK_OFFSET_S, PROTOCOL_VERSION } from '../wire/limits.js';
import type { VersionPayload } from '../wire/version.js';

/** What has to be known to judge a peer's `version`. */
export interface PeerFacts {
  readonly nowS: number;
  readonly inbound: boolean;
  /** Streams that we take part in. */
  readonly ownStreams: readonly number[];
  /** Another inbound connection from this IP exists, and only one is allowed. */
  readonly secondFromHost: boolean;
  /** We have dialled this peer ourselves already, as far as its listening port tells. */
  readonly alreadyDialled: boolean;
  /** More connections than allowed, this one included. */
  readonly full: boolean;
  /** The nonce is that of one of our own connections. */
  readonly ownNonce: boolean;
}

/** Full and already connected sound the same, so that nobody can probe whom we have dialled. */
const TRY_LATER = 'Server full, please try again later.';

/** Texts as the reference sends them; programs match on them [bmproto.py:peerValidityChecks]. */
export const REFUSAL = {
  oldProtocol: 'Your is using an old protocol. Closing connection.',
  timeInFuture: 'Your time is too far in the future compared to mine. Closing connection.',
  timeInPast: 'Your time is too far in the past compared to mine. Closing connection.',
  noSharedStreams: "We don't have shared stream interests. Closing connection.",
  tooManyFromHost: 'Too many connections from your IP. Closing connection.',
  tryLater: TRY_LATER,
  ownConnection: "I'm connected to myself. Closing connection.",
} as const;

export type Refusal = (typeof REFUSAL)[keyof typeof REFUSAL];

/** The text to refuse this peer with, or undefined when it is welcome. In the reference's order. */
export function peerRefusal(version: VersionPayload, facts: PeerFacts): Refusal | undefined {
  const offsetS = version.timestampS - facts.nowS;
  if (version.protocolVersion < PROTOCOL_VERSION) return REFUSAL.oldProtocol;
  if (offsetS > MAX_CLOCK_OFFSET_S) return REFUSAL.timeInFuture;
  if (offsetS < -MAX_CLOCK_OFFSET_S) return REFUSAL.timeInPast;
  const shared = version.streams.some((stream) => facts.ownStreams.includes(stream));
  if (!shared) return REFUSAL.noSharedStreams;
  if (facts.inbound && facts.secondFromHost) return REFUSAL.tooManyFromHost;
  if (facts.inbound && (facts.alreadyDialled || facts.full)) return REFUSAL.tryLater;
  if (facts.ownNonce) return REFUSAL.ownConnection;
  return undefined;
}
