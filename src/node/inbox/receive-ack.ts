/** Acknowledgements of own messages: any object may be one. [objects.md §10.3] */
import type { SentStatus } from '../../store/repositories.js';
import type { AckWatch } from '../ack-watch.js';
import type { MailContext } from '../mail-dependencies.js';
import type { Outbox } from '../outbox/outbox.js';
import { ACKNOWLEDGEABLE } from '../outbox/state.js';
import type { Effect, ReceivedObject } from './effect.js';

export class AckReceiver {
  readonly #context: MailContext;
  readonly #watch: AckWatch;
  readonly #outbox: Outbox;

  constructor(context: MailContext, watch: AckWatch, outbox: Outbox) {
    this.#context = context;
    this.#watch = watch;
    this.#outbox = outbox;
  }

  async receive({ object }: ReceivedObject): Promise<Effect | undefined> {
    const watched = this.#watch.match(object);
    if (!watched) return undefined;
    const ackData = watched.slice();
    const row = await this.#context.store.sent.getByAckData(ackData);
    if (!row) {
      this.#watch.remove(ackData);
      return undefined;
    }
    const status: SentStatus = 'ackreceived';
    const changes = { status, lastActionS: this.#context.clock.nowS(), reason: '' };
    return {
      changes: { sent: [{ ackData, changes, onlyFrom: [...ACKNOWLEDGEABLE] }] },
      after: ({ sentChanged }) => {
        if (!sentChanged[0]) return;
        this.#context.counters.acksReceived += 1;
        this.#outbox.acknowledged(row);
      },
    };
  }
}
