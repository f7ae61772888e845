/** Broadcasts of senders we subscribe to. [objectProcessor.py:processbroadcast; objects.md §8] */
import { decryptEcies } from '../../crypto/ecies.js';
import { encodeAddress } from '../../objects/address.js';
import { openBroadcast, type OpenedBroadcast } from '../../objects/broadcast.js';
import { encryptedPartOffset } from '../../objects/encrypted-part.js';
import { decodeMessage } from '../../objects/message-encoding.js';
import { tagOf } from '../../objects/object.js';
import type { InboxRecord } from '../../store/repositories.js';
import { toHex } from '../../util/bytes.js';
import type { DecryptService, Opened } from '../decrypt/decrypt-service.js';
import { receivedMail } from '../events.js';
import type { AddressBooks } from '../lists/address-books.js';
import { KEY_SET, type MailContext } from '../mail-dependencies.js';
import { BROADCAST_RECEIVER } from '../outbox/compose.js';
import type { Pubkeys } from '../pubkeys.js';
import type { Effect, ReceivedObject } from './effect.js';
import type { EncryptedHandler } from './object-dispatch.js';
import { ENCODING_IGNORE } from './receive-msg.js';

/** From addresses of version 2 and 3: nothing shows whose it is, every key is tried. */
const UNTAGGED_VERSION = 4;
/** From addresses of version 4. */
const TAGGED_VERSION = 5;

export class BroadcastReceiver implements EncryptedHandler {
  readonly #context: MailContext;
  readonly #books: AddressBooks;
  readonly #pubkeys: Pubkeys;
  readonly #decrypt: DecryptService;

  constructor(
    context: MailContext,
    books: AddressBooks,
    pubkeys: Pubkeys,
    decrypt: DecryptService,
  ) {
    this.#context = context;
    this.#books = books;
    this.#pubkeys = pubkeys;
    this.#decrypt = decrypt;
  }

  needsTrial({ header }: ReceivedObject): boolean {
    return header.version === UNTAGGED_VERSION && this.#books.subscriptions.hasUntagged;
  }

  /** @param keySet whose keys to try where no tag shows the sender */
  async open(
    { object, header }: ReceivedObject,
    keySet: string = KEY_SET.broadcasts,
  ): Promise<Opened[]> {
    const offset = encryptedPartOffset(header);
    if (offset === undefined) return [];
    const container = object.subarray(offset);
    const { subscriptions } = this.#books;
    if (header.version === UNTAGGED_VERSION) {
      return subscriptions.hasUntagged ? this.#decrypt.open(keySet, container) : [];
    }
    if (header.version !== TAGGED_VERSION) return [];
    const sender = subscriptions.findByTag(tagOf(header, object));
    const plaintext = sender && decryptEcies(sender.key, container);
    return plaintext ? [{ id: sender.text, plaintext }] : [];
  }

  async receive(
    received: ReceivedObject,
    openings: readonly Opened[],
  ): Promise<Effect | undefined> {
    for (const opening of openings) {
      const sender = this.#books.subscriptions.sender(opening.id);
      if (!sender) continue; // Unsubscribed while the object was being opened.
      const broadcast = openBroadcast(received.object, opening.plaintext, sender.address);
      if (typeof broadcast === 'string') {
        const hash = toHex(received.hash);
        this.#context.log.info({ hash, refusal: broadcast }, 'broadcast refused');
        continue;
      }
      return this.#accept(received, broadcast);
    }
    return undefined;
  }

  async #accept({ hash }: ReceivedObject, broadcast: OpenedBroadcast): Promise<Effect | undefined> {
    const { store, settings, clock, events, counters } = this.#context;
    if (broadcast.encoding === ENCODING_IGNORE) return undefined;
    if (await store.inbox.hasSigHash(broadcast.sigHash)) return undefined;
    if (await store.inbox.hasSigHash(broadcast.twinSigHash)) return undefined;
    await this.#pubkeys.learn(broadcast.senderAddress, broadcast.keyBlock, true);
    const { maxInflatedBytes } = settings;
    const text = decodeMessage(broadcast.encoding, broadcast.message, { maxInflatedBytes });
    if (!text) return undefined;
    const inbox: InboxRecord = {
      msgid: hash,
      sigHash: broadcast.sigHash,
      toAddress: BROADCAST_RECEIVER,
      fromAddress: encodeAddress(broadcast.senderAddress),
      subject: text.subject,
      body: text.body,
      encoding: broadcast.encoding,
      receivedS: clock.nowS(),
      folder: 'inbox',
      read: false,
    };
    return {
      changes: { inbox },
      after: ({ inboxAdded }) => {
        if (!inboxAdded) return;
        counters.broadcastsReceived += 1;
        events.emit('broadcastReceived', receivedMail(inbox));
      },
    };
  }
}
