/** Moves rows of `sent` from state to state and tells about it. */
import type {
  SentChanges,
  SentRecord,
  SentRepository,
  SentStatus,
} from '../../store/repositories.js';
import type { MailContext } from '../mail-dependencies.js';
import { FORCED_REASON } from './state.js';

export type Move = Omit<SentChanges, 'status'>;

export class SentRows {
  readonly #context: MailContext;
  readonly #sent: SentRepository;

  /** @param sent waits for the disk unless another one is given */
  constructor(context: MailContext, sent: SentRepository = context.patient.sent) {
    this.#context = context;
    this.#sent = sent;
  }

  /**
   * Moves the row to `to` if it is still in the state in which `row` was read; false when it is not
   * (somebody else moved it: the caller gives up). The reason is cleared unless given or lasting.
   */
  async move(row: SentRecord, to: SentStatus, move: Move = {}): Promise<boolean> {
    const changes = this.changes(row, to, move);
    const done = await this.#sent.update(row.ackData, changes, [row.status]);
    if (done) this.tell(row, to, changes.reason);
    return done;
  }

  /** The changes of a move, for a caller that commits them together with something else. */
  changes(row: SentRecord, to: SentStatus, move: Move = {}): SentChanges & { reason: string } {
    const lasting = row.reason === FORCED_REASON ? FORCED_REASON : '';
    return { ...move, status: to, reason: move.reason ?? lasting };
  }

  /** Emits the event of a move that has been committed. */
  tell(row: SentRecord, to: SentStatus, reason = ''): void {
    const { ackData, toAddress, fromAddress, status: from } = row;
    this.#context.events.emit('sentStateChanged', {
      ackData,
      toAddress,
      fromAddress,
      from,
      to,
      reason,
    });
  }

  /** Stays in its state, with the reason why nothing happens; a lasting reason stays instead. */
  async hold(row: SentRecord, reason: string): Promise<void> {
    if (row.reason === reason || row.reason === FORCED_REASON) return;
    await this.#sent.update(row.ackData, { reason }, [row.status]);
    this.tell(row, row.status, reason);
  }
}
