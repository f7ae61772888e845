/** Makes the row of a new message or broadcast out of what a user asked for. */
import { createAckData, type StealthLevel } from '../../objects/ack.js';
import {
  canonicalAddress,
  decodeAddress,
  encodeAddress,
  type Address,
} from '../../objects/address.js';
import { MAX_SENT_TTL_S, MIN_CHOSEN_TTL_S } from '../../objects/ttl.js';
import type { IdentityRecord, SentRecord } from '../../store/repositories.js';
import { randomBytes } from '../../util/random.js';
import { NodeError } from '../errors.js';
import type { Identities } from '../identities.js';
import type { MailContext } from '../mail-dependencies.js';

/**
 * Subject and body together: 2^18 - 500, so that with an acknowledgement and signature the object
 * stays below 2^18. [API error 27]
 */
export const MAX_TEXT_BYTES = 261_644;

/** Encodings that can be sent: trivial, simple, extended. */
const SENDABLE_ENCODINGS: readonly number[] = [1, 2, 3];
const DEFAULT_ENCODING = 2;

/** Until there is an object the row is known by a random name of this length. */
const PROVISIONAL_MSGID_BYTES = 16;

export interface NewBroadcast {
  readonly fromAddress: string;
  readonly subject: Uint8Array;
  readonly body: Uint8Array;
  /** 1, 2 or 3; default 2. */
  readonly encoding?: number;
  /** Clamped to an hour..28 days; default: the setting. */
  readonly ttlS?: number;
}

export interface NewMessage extends NewBroadcast {
  readonly toAddress: string;
}

export class Composer {
  readonly #context: MailContext;
  readonly #identities: Identities;

  constructor(context: MailContext, identities: Identities) {
    this.#context = context;
    this.#identities = identities;
  }

  /**
   * The recipient's address only has to be one: of versions and streams that cannot be reached the
   * message is kept and waits, as PyBitmessage has it.
   * @throws NodeError with the codes of address, sender, length and encoding.
   */
  message(wanted: NewMessage): SentRecord {
    const address = decodedAddress(wanted.toAddress);
    const toAddress = canonicalAddress(wanted.toAddress) ?? wanted.toAddress;
    const row = { toAddress, toRipe: address.ripe, status: 'msgqueued' } as const;
    return this.#row(wanted, this.#sender(wanted.fromAddress), row, address.stream);
  }

  /** @throws NodeError with the codes of sender, length and encoding. */
  broadcast(wanted: NewBroadcast): SentRecord {
    const sender = this.#sender(wanted.fromAddress);
    const address = decodedAddress(sender.address);
    const row = {
      toAddress: BROADCAST_RECEIVER,
      toRipe: address.ripe,
      status: 'broadcastqueued',
    } as const;
    return this.#row(wanted, sender, row, address.stream);
  }

  #sender(text: string): IdentityRecord {
    const sender = this.#identities.get(text) ?? this.#identities.get(canonical(text));
    if (!sender) throw new NodeError('unknown-identity', 'the sender is not one of your addresses');
    if (!sender.enabled) throw new NodeError('identity-disabled', 'the sender is disabled');
    return sender;
  }

  #row(
    wanted: NewBroadcast,
    sender: IdentityRecord,
    fields: Pick<SentRecord, 'toAddress' | 'toRipe' | 'status'>,
    stream: number,
  ): SentRecord {
    const { settings, clock } = this.#context;
    const { subject, body, encoding = DEFAULT_ENCODING, ttlS = settings.defaultTtlS } = wanted;
    if (!SENDABLE_ENCODINGS.includes(encoding)) {
      throw new NodeError('invalid-encoding', `encoding ${encoding} cannot be sent`);
    }
    const size = subject.length + body.length;
    if (size > MAX_TEXT_BYTES) {
      throw new NodeError('message-too-long', `${size} bytes, at most ${MAX_TEXT_BYTES}`);
    }
    return {
      ...fields,
      ackData: createAckData(settings.ackStealthLevel as StealthLevel, stream),
      msgid: randomBytes(PROVISIONAL_MSGID_BYTES),
      fromAddress: sender.address,
      subject: singleLine(subject),
      body,
      encoding,
      sentS: clock.nowS(),
      lastActionS: clock.nowS(),
      sleepUntilS: 0,
      retryNumber: 0,
      ttlS: Math.min(Math.max(Math.floor(ttlS), MIN_CHOSEN_TTL_S), MAX_SENT_TTL_S),
      folder: 'sent',
      reason: '',
    };
  }
}

/** In the place of a receiver in rows of broadcasts. [storage.md §3.2] */
export const BROADCAST_RECEIVER = '[Broadcast subscribers]';

function decodedAddress(text: string): Address {
  const decoded = decodeAddress(text);
  if (decoded.status !== 'success') throw new NodeError('invalid-address', decoded.status);
  return decoded.address;
}

function canonical(text: string): string {
  const decoded = decodeAddress(text);
  return decoded.status === 'success' ? encodeAddress(decoded.address) : text;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;

/** A line break in a subject would begin the body in the simple encoding. [objects.md §9] */
function singleLine(subject: Uint8Array): Uint8Array {
  return subject.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? BLANK : byte));
}
