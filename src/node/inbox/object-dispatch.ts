/** Which handler gets which object. */
import { decodeHeader } from '../../objects/object.js';
import { OBJECT_TYPE } from '../../objects/types.js';
import type { FeedEntry } from '../../store/repositories.js';
import type { MailCounters } from '../counters.js';
import type { Opened } from '../decrypt/decrypt-service.js';
import type { Effect, ReceivedObject } from './effect.js';

/** Handles objects of one type; undefined when nothing has to be stored. */
export type ObjectHandler = (
  received: ReceivedObject,
) => Promise<Effect | undefined> | Effect | undefined;

/** Handles objects that have to be opened first. */
export interface EncryptedHandler {
  /** Whether every key has to be tried for it, which takes long; else it is opened quickly. */
  needsTrial(received: ReceivedObject): boolean;
  open(received: ReceivedObject): Promise<Opened[]>;
  receive(received: ReceivedObject, openings: readonly Opened[]): Promise<Effect | undefined>;
}

export interface ObjectHandlers {
  /** Gets every object, whatever its type, before the others. */
  readonly acks: ObjectHandler;
  readonly getpubkey: ObjectHandler;
  readonly pubkey: ObjectHandler;
  readonly msg: EncryptedHandler;
  readonly broadcast: EncryptedHandler;
  readonly onionpeer: ObjectHandler;
}

export class ObjectDispatch {
  readonly #counters: MailCounters;
  readonly #handlers: ObjectHandlers;

  constructor(counters: MailCounters, handlers: ObjectHandlers) {
    this.#counters = counters;
    this.#handlers = handlers;
  }

  /** @throws ObjectError when the header does not parse; the store holds no such object. */
  received({ hash, object }: FeedEntry): ReceivedObject {
    return { hash, object, header: decodeHeader(object) };
  }

  /** What it does as an acknowledgement, whatever else it is. */
  async acknowledges(received: ReceivedObject): Promise<Effect | undefined> {
    return this.#handlers.acks(received);
  }

  /** Whether it is to be handed to {@link open} and then to {@link opened}; else to {@link handle}. */
  needsTrial(received: ReceivedObject): boolean {
    return this.#encrypted(received)?.needsTrial(received) ?? false;
  }

  async open(received: ReceivedObject): Promise<Opened[]> {
    return (await this.#encrypted(received)?.open(received)) ?? [];
  }

  async opened(received: ReceivedObject, openings: readonly Opened[]): Promise<Effect | undefined> {
    const { type } = received.header;
    if (type === OBJECT_TYPE.msg) this.#counters.messagesProcessed += 1;
    if (type === OBJECT_TYPE.broadcast) this.#counters.broadcastsProcessed += 1;
    return this.#encrypted(received)?.receive(received, openings);
  }

  /** What an object does that needs no trial. */
  async handle(received: ReceivedObject): Promise<Effect | undefined> {
    switch (received.header.type) {
      case OBJECT_TYPE.getpubkey:
        return this.#handlers.getpubkey(received);
      case OBJECT_TYPE.pubkey:
        this.#counters.pubkeysProcessed += 1;
        return this.#handlers.pubkey(received);
      case OBJECT_TYPE.msg:
        return this.opened(received, []);
      case OBJECT_TYPE.broadcast:
        return this.opened(received, await this.open(received));
      case OBJECT_TYPE.onionpeer:
        return this.#handlers.onionpeer(received);
      default:
        return undefined;
    }
  }

  #encrypted({ header }: ReceivedObject): EncryptedHandler | undefined {
    if (header.type === OBJECT_TYPE.msg) return this.#handlers.msg;
    return header.type === OBJECT_TYPE.broadcast ? this.#handlers.broadcast : undefined;
  }
}
