/** Takes one queued message as far as it gets: to `awaitingpubkey`, or out. [objects.md §7.1] */
import { decryptEcies } from '../../crypto/ecies.js';
import { isValidPublicKey } from '../../crypto/curve.js';
import { decodeAddress, encodeAddress, type Address } from '../../objects/address.js';
import { openMsg } from '../../objects/msg.js';
import { decodeHeader, inventoryHash } from '../../objects/object.js';
import { MAX_SENT_TTL_S, msgTtlS } from '../../objects/ttl.js';
import { POW_PRIORITY } from '../../pow/solver.js';
import type { IdentityRecord, InboxRecord, SentRecord } from '../../store/repositories.js';
import {
  demandsReadableRipe,
  difficultyFor,
  difficultyRefusal,
  expectsAck,
  MessageBuilder,
  NO_ACK,
  type Recipient,
} from './build-message.js';
import { commitSent } from './commit-sent.js';
import { SLEEP_PER_TTL, type OutboxParts } from './parts.js';
import type { KeyRequests } from './request-key.js';
import { receivedMail } from '../events.js';
import type { SentRows } from './sent-rows.js';
import { stampInTime } from './stamp-in-time.js';
import { FORCED_REASON } from './state.js';

/** Largest object of a message, header included. [objects.md §7.1 step 6] */
const MAX_OBJECT_BYTES = 262_144;

/** Texts below this fit whatever the envelope: the acknowledgement has less than a kilobyte. */
const SURELY_FITTING_BYTES = 250_000;

const NONCE_BYTES = 8;

/** Versions of addresses that have keys to ask for. */
const OLDEST_VERSION = 2;
const NEWEST_VERSION = 4;

export class MessageSender {
  readonly #parts: OutboxParts;
  readonly #rows: SentRows;
  readonly #requests: KeyRequests;
  readonly #release: (text: string) => Promise<void>;
  readonly #builder: MessageBuilder;

  /** @param release lets go every message that waits for that address's key. */
  constructor(
    parts: OutboxParts,
    rows: SentRows,
    requests: KeyRequests,
    release: (text: string) => Promise<void>,
  ) {
    this.#parts = parts;
    this.#rows = rows;
    this.#requests = requests;
    this.#release = release;
    this.#builder = new MessageBuilder(parts);
  }

  /** @param row in `msgqueued` or `forcepow`. @throws PowAborted */
  async send(row: SentRecord, signal: AbortSignal): Promise<void> {
    const rows = this.#rows;
    const decoded = decodeAddress(row.toAddress);
    if (decoded.status !== 'success') {
      await rows.hold(row, `the recipient's address is wrong: ${decoded.status}`);
      return;
    }
    const sender = this.#parts.identities.get(row.fromAddress);
    if (!sender?.enabled) {
      await rows.hold(row, `the sender is ${sender ? 'disabled' : 'not one of your addresses'}`);
      return;
    }
    const { address } = decoded;
    const obstacle = this.#obstacleTo(address);
    if (obstacle !== undefined) {
      // Nobody can be asked for its key: looked at again in a month, when the program may know more.
      const sleepUntilS = this.#parts.context.clock.nowS() + MAX_SENT_TTL_S;
      await rows.move(row, 'awaitingpubkey', { sleepUntilS, reason: obstacle });
      return;
    }
    const recipient = await this.#recipient(address);
    if (recipient) await this.#sendTo(recipient, row, sender, signal);
    else await this.#requests.request(row, address, encodeAddress(address), signal);
  }

  /** Why an address cannot be written to at all; undefined when it can. */
  #obstacleTo({ version, stream }: Address): string | undefined {
    const { streams } = this.#parts.context.settings;
    if (!streams.includes(stream)) return `stream ${stream} is not one of ours`;
    if (version >= OLDEST_VERSION && version <= NEWEST_VERSION) return undefined;
    return `address version ${version} cannot be used`;
  }

  async #recipient(address: Address): Promise<Recipient | undefined> {
    const { identities, pubkeys } = this.#parts;
    const text = encodeAddress(address);
    const own = identities.get(text);
    if (own) {
      const keyBlock = identities.keyBlockOf(own, identities.demandedDifficulty(own));
      return { text, address, own, keyBlock };
    }
    // Watched for before it is looked up: a key that arrives in between is not missed.
    const others = pubkeys.waits.has(text);
    pubkeys.waits.add(text);
    const keyBlock = await pubkeys.find(address, text);
    if (!keyBlock) return undefined;
    if (others) await this.#release(text);
    else pubkeys.waits.remove(text);
    return { text, address, own: undefined, keyBlock };
  }

  async #sendTo(
    recipient: Recipient,
    row: SentRecord,
    sender: IdentityRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { settings } = this.#parts.context;
    const rows = this.#rows;
    const forced = row.status === 'forcepow' || row.reason === FORCED_REASON;
    if (!settings.willinglySendToMobile && demandsReadableRipe(recipient.keyBlock)) {
      await rows.hold(row, 'the recipient wants its address readable on the message');
      return;
    }
    const reason = forced ? FORCED_REASON : '';
    if (!(await rows.move(row, 'doingmsgpow', { reason }))) return;
    const working: SentRecord = { ...row, status: 'doingmsgpow', reason };
    const difficulty = difficultyFor(recipient, settings.minimumDifficulty);
    const refusal = difficultyRefusal(difficulty, settings.maxAcceptableDifficulty);
    if (refusal !== undefined && !forced && !recipient.own) {
      await rows.move(working, 'toodifficult', { reason: refusal });
      return;
    }
    const flaw = this.#flawOf(working, sender, recipient);
    if (flaw !== undefined) {
      await rows.move(working, 'badkey', { reason: flaw });
      return;
    }
    await this.#make(recipient, working, sender, signal);
  }

  /** Why no object can be made of this row, found out before any work. */
  #flawOf(row: SentRecord, sender: IdentityRecord, recipient: Recipient): string | undefined {
    if (!isValidPublicKey(recipient.keyBlock.encryptionKey)) return 'the public key is broken';
    if (row.subject.length + row.body.length < SURELY_FITTING_BYTES) return undefined;
    const ack = expectsAck(recipient) ? this.#builder.ackPlaceholder(row) : NO_ACK;
    const nowS = this.#parts.context.clock.nowS();
    const length = NONCE_BYTES + this.#builder.build(row, sender, recipient, nowS, ack).length;
    if (length <= MAX_OBJECT_BYTES) return undefined;
    return `the message is too large: ${length} bytes with its envelope, at most ${MAX_OBJECT_BYTES}`;
  }

  async #make(
    recipient: Recipient,
    row: SentRecord,
    sender: IdentityRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { context, stamper } = this.#parts;
    const { clock, log, settings } = context;
    const withAck = expectsAck(recipient);
    const { object, ttlS } = await stampInTime(
      { stamper, clock, log },
      msgTtlS(row.ttlS, row.retryNumber),
      async (expiresS, ttl) => {
        const ack = withAck ? await this.#builder.ackPacket(row, ttl, signal) : NO_ACK;
        return this.#builder.build(row, sender, recipient, expiresS, ack);
      },
      {
        difficulty: difficultyFor(recipient, settings.minimumDifficulty),
        priority: POW_PRIORITY.message,
        purpose: 'message',
        owner: row.fromAddress,
        signal,
      },
    );
    await this.#commit(recipient, row, object, ttlS, withAck);
  }

  async #commit(
    recipient: Recipient,
    row: SentRecord,
    object: Uint8Array,
    ttlS: number,
    withAck: boolean,
  ): Promise<void> {
    const { context, acks } = this.#parts;
    const nowS = context.clock.nowS();
    const to = withAck ? 'msgsent' : 'msgsentnoackexpected';
    const inbox = recipient.own && this.#delivery(recipient.own, row, object);
    const done = await commitSent(this.#parts, this.#rows, {
      row,
      to,
      object,
      move: {
        msgid: inventoryHash(object),
        retryNumber: row.retryNumber + 1,
        sleepUntilS: Math.ceil(nowS + SLEEP_PER_TTL * ttlS),
        lastActionS: nowS,
      },
      ...(inbox && { inbox }),
      ...(withAck && { beforePublish: () => acks.add(row.ackData) }),
    });
    if (!done) return;
    context.counters.messagesSent += 1;
    if (!inbox) return;
    context.counters.messagesReceived += 1;
    context.events.emit('messageReceived', receivedMail(inbox));
  }

  /** What an own recipient finds in the inbox: at once, in the transaction that sends. */
  #delivery(own: IdentityRecord, row: SentRecord, object: Uint8Array): InboxRecord {
    const container = object.subarray(decodeHeader(object).headerLength);
    const plaintext = decryptEcies(own.encryptionKey, container);
    const opened = plaintext && openMsg(object, plaintext);
    if (!opened || typeof opened === 'string') throw new Error('own message cannot be opened');
    return {
      msgid: inventoryHash(object),
      sigHash: opened.sigHash,
      toAddress: own.address,
      fromAddress: row.fromAddress,
      subject: row.subject,
      body: row.body,
      encoding: row.encoding,
      receivedS: this.#parts.context.clock.nowS(),
      folder: 'inbox',
      read: false,
    };
  }
}
