/** Which handler gets which object. */
import { decodeHeader } from '../../objects/object.js';
import { OBJECT_TYPE } from '../../objects/types.js';
import type { FeedEntry } from '../../store/repositories.js';
import type { MailCounters } from '../counters.js';
import type { Effect, ReceivedObject } from './effect.js';

/** Handles objects of one type; undefined when nothing has to be stored. */
export type ObjectHandler = (
  received: ReceivedObject,
) => Promise<Effect | undefined> | Effect | undefined;

export interface ObjectHandlers {
  /** Gets every object, whatever its type, before the others. */
  readonly acks: ObjectHandler;
  readonly getpubkey: ObjectHandler;
  readonly pubkey: ObjectHandler;
  readonly msg: ObjectHandler;
  readonly broadcast: ObjectHandler;
  readonly onionpeer: ObjectHandler;
}

export class ObjectDispatch {
  readonly #counters: MailCounters;
  readonly #handlers: ObjectHandlers;

  constructor(counters: MailCounters, handlers: ObjectHandlers) {
    this.#counters = counters;
    this.#handlers = handlers;
  }

  /** In the order in which they are to be committed; mostly none. */
  async effectsOf({ hash, object }: FeedEntry): Promise<Effect[]> {
    const received = { hash, object, header: decodeHeader(object) };
    const ack = await this.#handlers.acks(received);
    const own = await this.#handle(received);
    return [ack, own].filter((effect) => effect !== undefined);
  }

  #handle(received: ReceivedObject): ReturnType<ObjectHandler> {
    const counters = this.#counters;
    switch (received.header.type) {
      case OBJECT_TYPE.getpubkey:
        return this.#handlers.getpubkey(received);
      case OBJECT_TYPE.pubkey:
        counters.pubkeysProcessed += 1;
        return this.#handlers.pubkey(received);
      case OBJECT_TYPE.msg:
        counters.messagesProcessed += 1;
        return this.#handlers.msg(received);
      case OBJECT_TYPE.broadcast:
        counters.broadcastsProcessed += 1;
        return this.#handlers.broadcast(received);
      case OBJECT_TYPE.onionpeer:
        return this.#handlers.onionpeer(received);
      default:
        return undefined;
    }
  }
}
