/** Messages to us. [objectProcessor.py:processmsg; objects.md §7.2 "our order"] */
import { encodeAddress } from '../../objects/address.js';
import { isPowSufficient } from '../../objects/difficulty.js';
import { decodeMessage } from '../../objects/message-encoding.js';
import { openMsg, type OpenedMsg } from '../../objects/msg.js';
import type { IdentityRecord, InboxRecord, OutgoingObject } from '../../store/repositories.js';
import { toHex } from '../../util/bytes.js';
import type { DecryptService, Opened } from '../decrypt/decrypt-service.js';
import { receivedMail } from '../events.js';
import type { Identities } from '../identities.js';
import type { AddressBooks } from '../lists/address-books.js';
import { KEY_SET, type MailContext } from '../mail-dependencies.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Publisher } from '../publisher.js';
import type { Pubkeys } from '../pubkeys.js';
import { acknowledgementOf } from './acknowledge.js';
import type { Effect, ReceivedObject } from './effect.js';
import type { EncryptedHandler } from './object-dispatch.js';
import { listPostOf } from './mailing-list.js';

const MSG_VERSION = 1;

/** Why a message is refused that is in the inbox already. */
const DUPLICATE = 'duplicate';

/** Meant for nobody's eyes: cover traffic, or a key to make known. */
export const ENCODING_IGNORE = 0;

export interface MsgReceiverParts {
  readonly context: MailContext;
  readonly identities: Identities;
  readonly books: AddressBooks;
  readonly pubkeys: Pubkeys;
  readonly decrypt: DecryptService;
  readonly outbox: Outbox;
  readonly publisher: Publisher;
}

export class MsgReceiver implements EncryptedHandler {
  readonly #parts: MsgReceiverParts;

  constructor(parts: MsgReceiverParts) {
    this.#parts = parts;
  }

  needsTrial({ header }: ReceivedObject): boolean {
    return header.version === MSG_VERSION && this.#parts.identities.hasKeys;
  }

  /** @param keySet whose keys to try */
  open({ header, object }: ReceivedObject, keySet: string = KEY_SET.identities): Promise<Opened[]> {
    if (header.version !== MSG_VERSION) return Promise.resolve([]);
    return this.#parts.decrypt.open(keySet, object.subarray(header.headerLength));
  }

  async receive(
    received: ReceivedObject,
    openings: readonly Opened[],
  ): Promise<Effect | undefined> {
    for (const opening of openings) {
      const effect = await this.#receiveOpened(received, opening);
      if (effect) return effect;
    }
    return undefined;
  }

  async #receiveOpened(received: ReceivedObject, opening: Opened): Promise<Effect | undefined> {
    const { identities, pubkeys } = this.#parts;
    const ripe = identities.addressOf(opening.id)?.ripe;
    const recipient = ripe && identities.findByRipe(ripe)[0];
    if (!recipient) return undefined; // Switched off or removed while the object was being opened.
    const msg = openMsg(received.object, opening.plaintext, ripe);
    const refusal = typeof msg === 'string' ? msg : await this.#refusalOf(received, recipient, msg);
    if (refusal !== undefined || typeof msg === 'string') {
      this.#tellRefused(received, refusal);
      return undefined;
    }
    await pubkeys.learn(msg.senderAddress, msg.keyBlock, true);
    return this.#accept(received, recipient, msg);
  }

  /** Duplicates are nothing to tell: own messages to own addresses come by here after delivery. */
  #tellRefused({ hash }: ReceivedObject, refusal: string | undefined): void {
    if (refusal === DUPLICATE) return;
    const { counters, log } = this.#parts.context;
    counters.messagesRefused += 1;
    log.info({ hash: toHex(hash), refusal }, 'message refused');
  }

  /** Steps 12, 9 and 10: what must not even have its sender's key stored. */
  async #refusalOf(
    { object }: ReceivedObject,
    recipient: IdentityRecord,
    msg: OpenedMsg,
  ): Promise<string | undefined> {
    const { books, identities, context } = this.#parts;
    const { inbox } = context.store;
    const isKnown =
      (await inbox.hasSigHash(msg.sigHash)) || (await inbox.hasSigHash(msg.twinSigHash));
    if (isKnown) return DUPLICATE;
    const sender = encodeAddress(msg.senderAddress);
    if (this.#demandsWork(recipient) && !books.isFriend(sender)) {
      const demanded = identities.demandedDifficulty(recipient);
      const nowS = context.clock.nowS();
      if (!isPowSufficient(object, demanded, nowS)) return 'insufficient proof of work';
    }
    return books.isBlocked(sender) ? 'blocked sender' : undefined;
  }

  /** Version 2 cannot tell its senders what it demands; chans demand nothing. */
  #demandsWork(recipient: IdentityRecord): boolean {
    const address = this.#parts.identities.addressOf(recipient.address);
    return !recipient.chan && (address?.version ?? 0) >= 3;
  }

  /** Steps 11, 13 and 14. */
  #accept(received: ReceivedObject, recipient: IdentityRecord, msg: OpenedMsg): Effect | undefined {
    const { context } = this.#parts;
    if (msg.encoding === ENCODING_IGNORE) return undefined;
    const { maxInflatedBytes } = context.settings;
    const text = decodeMessage(msg.encoding, msg.message, { maxInflatedBytes });
    if (!text) {
      context.log.info({ hash: toHex(received.hash) }, 'message with an unreadable text refused');
      return undefined;
    }
    const inbox: InboxRecord = {
      msgid: received.hash,
      sigHash: msg.sigHash,
      toAddress: recipient.address,
      fromAddress: encodeAddress(msg.senderAddress),
      subject: text.subject,
      body: text.body,
      encoding: msg.encoding,
      receivedS: context.clock.nowS(),
      folder: 'inbox',
      read: false,
    };
    return this.#effectOf(inbox, recipient, acknowledgementOf(context, recipient, msg.ackPacket));
  }

  #effectOf(
    inbox: InboxRecord,
    recipient: IdentityRecord,
    ack: OutgoingObject | undefined,
  ): Effect {
    const { context, outbox, publisher } = this.#parts;
    const post = listPostOf(inbox, recipient, context.clock.nowS());
    const newSent = post && outbox.composeBroadcast(post);
    return {
      changes: {
        inbox,
        ...(newSent && { newSent: [newSent] }),
        ...(ack && { outgoing: [ack] }),
      },
      after: ({ inboxAdded }) => {
        if (!inboxAdded) return;
        context.counters.messagesReceived += 1;
        context.events.emit('messageReceived', receivedMail(inbox));
        if (newSent) outbox.committed(newSent);
        if (!ack) return;
        context.counters.acksPublished += 1;
        publisher.publish(ack);
      },
    };
  }
}
