/** Builds a message: whom it is for, what that costs, and the object. [singleWorker.py:sendMsg] */
import { ackObjectWithoutNonce, ackPacket, ackTtlS } from '../../objects/ack.js';
import type { Address } from '../../objects/address.js';
import { atLeast, type Difficulty } from '../../objects/difficulty.js';
import { BITFIELD, doesAck, type KeyBlock } from '../../objects/key-block.js';
import { encodeMessage } from '../../objects/message-encoding.js';
import { encodeMsg } from '../../objects/msg.js';
import { jitteredTtl } from '../../objects/ttl.js';
import { POW_PRIORITY } from '../../pow/solver.js';
import type { IdentityRecord, SentRecord } from '../../store/repositories.js';
import { NO_BYTES } from '../../util/bytes.js';
import { RIDICULOUS_DIFFICULTY } from '../mail-settings.js';
import type { OutboxParts } from './parts.js';

export interface Recipient {
  /** Canonical. */
  readonly text: string;
  readonly address: Address;
  readonly keyBlock: KeyBlock;
  /** The identity, when the recipient is one of ours (chans included). */
  readonly own: IdentityRecord | undefined;
}

/**
 * What the recipient demands, at least the network's minimum. Own addresses, chans and version 2
 * (whose keys say nothing about it) demand the minimum.
 */
export function difficultyFor(recipient: Recipient, minimum: Difficulty): Difficulty {
  const demanded = recipient.keyBlock.difficulty;
  return recipient.own || !demanded ? minimum : atLeast(demanded, minimum);
}

/** Text for the row when more is demanded than the user allows; undefined when it is fine. */
export function difficultyRefusal(demanded: Difficulty, limit: Difficulty): string | undefined {
  const nonceTrials = limit.nonceTrialsPerByte || RIDICULOUS_DIFFICULTY;
  const extraBytes = limit.payloadLengthExtraBytes || RIDICULOUS_DIFFICULTY;
  const fits =
    demanded.nonceTrialsPerByte <= nonceTrials && demanded.payloadLengthExtraBytes <= extraBytes;
  if (fits) return undefined;
  const asked = `${demanded.nonceTrialsPerByte}/${demanded.payloadLengthExtraBytes}`;
  return `the recipient demands a difficulty of ${asked}, the limit is ${nonceTrials}/${extraBytes}`;
}

/** True for recipients that want their ripe outside the encryption; the message does not do that. */
export function demandsReadableRipe(keyBlock: KeyBlock): boolean {
  return (keyBlock.bitfield & BITFIELD.includeDestination) !== 0;
}

/** Own addresses and chans never acknowledge. */
export function expectsAck(recipient: Recipient): boolean {
  return !recipient.own && doesAck(recipient.keyBlock);
}

export class MessageBuilder {
  readonly #parts: OutboxParts;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /**
   * The object without nonce.
   * @param ackPacketBytes the acknowledgement to enclose; may be empty
   */
  build(
    row: SentRecord,
    sender: IdentityRecord,
    recipient: Recipient,
    expiresS: number,
    ackPacketBytes: Uint8Array,
  ): Uint8Array {
    const { identities } = this.#parts;
    const senderAddress = identities.addressOf(sender.address);
    if (!senderAddress) throw new Error(`unusable sender ${sender.address}`);
    const content = {
      sender: { ...senderAddress, signingKey: sender.signingKey },
      keyBlock: identities.keyBlockOf(sender, this.#shownDifficulty(sender, recipient)),
      destinationRipe: recipient.address.ripe,
      recipientEncryptionKey: recipient.keyBlock.encryptionKey,
      encoding: row.encoding,
      message: encodeMessage(row.encoding as 1 | 2 | 3, { subject: row.subject, body: row.body }),
      ackPacket: ackPacketBytes,
      stream: recipient.address.stream,
    };
    return encodeMsg(content, expiresS);
  }

  /** The acknowledgement that the recipient is to publish, with its proof of work. */
  async ackPacket(row: SentRecord, msgTtlS: number, signal: AbortSignal): Promise<Uint8Array> {
    const { context, stamper } = this.#parts;
    const expiresS = context.clock.nowS() + jitteredTtl(ackTtlS(msgTtlS));
    const object = await stamper.stamp(ackObjectWithoutNonce(row.ackData, expiresS), {
      difficulty: context.settings.minimumDifficulty,
      priority: POW_PRIORITY.acknowledgement,
      purpose: 'acknowledgement',
      owner: row.fromAddress,
      signal,
    });
    return ackPacket(object);
  }

  /** How long the packet of an acknowledgement will be: to know the size before the work. */
  ackPlaceholder(row: SentRecord): Uint8Array {
    return ackPacket(new Uint8Array(NONCE_AND_EXPIRES_BYTES + row.ackData.length));
  }

  /** Friends are told the minimum as our demand: what they answer shall be cheap for them. */
  #shownDifficulty(sender: IdentityRecord, recipient: Recipient): Difficulty {
    const { books, context, identities } = this.#parts;
    if (books.isFriend(recipient.text)) return context.settings.minimumDifficulty;
    return identities.demandedDifficulty(sender);
  }
}

const NONCE_AND_EXPIRES_BYTES = 16;

/** For recipients that do not acknowledge. */
export const NO_ACK = NO_BYTES;
