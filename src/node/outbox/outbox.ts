/**
 * Everything that is to be sent and has been sent. A message is a row of `sent`; its state says what
 * comes next (state.ts), and every step is durable before the next begins, so the work can be
 * stopped or killed anywhere and goes on at the next start without sending anything twice.
 */
import { canonicalAddress, decodeAddress, type Address } from '../../objects/address.js';
import { PowAborted } from '../../pow/solver.js';
import type { SentRecord } from '../../store/repositories.js';
import { toHex } from '../../util/bytes.js';
import { errorText } from '../../util/errors.js';
import type { Service } from '../../util/service.js';
import { NodeError } from '../errors.js';
import { isMachineFailure } from '../machine-failure.js';
import { Composer, type NewBroadcast, type NewMessage } from './compose.js';
import { JobPool } from './job-pool.js';
import type { OutboxParts } from './parts.js';
import { KeyRequests } from './request-key.js';
import { requeueOverdue } from './resend.js';
import { sendBroadcast } from './send-broadcast.js';
import { MessageSender } from './send-message.js';
import { SentRows } from './sent-rows.js';
import { ACKNOWLEDGEABLE, FORCED_REASON, QUEUED, RESUME_AS, SENT_AGAIN_AS } from './state.js';

/** Messages under work at once; each may hold an object of 256 KiB, so at most 16 MB. */
const MAX_AT_ONCE = 64;
/** Of one sender: enough to keep the solver busy, and to let short work pass one that takes hours. */
const MAX_PER_SENDER = 4;

export class Outbox implements Service {
  readonly #parts: OutboxParts;
  readonly #rows: SentRows;
  /** For what somebody asks for and waits for. */
  readonly #askedRows: SentRows;
  readonly #composer: Composer;
  readonly #requests: KeyRequests;
  readonly #messages: MessageSender;
  readonly #jobs: JobPool;
  #stopping = false;

  constructor(parts: OutboxParts) {
    const { context, identities, pubkeys } = parts;
    this.#parts = parts;
    this.#rows = new SentRows(context);
    this.#askedRows = new SentRows(context, context.store.sent);
    this.#composer = new Composer(context, identities);
    const release = (text: string): Promise<void> => this.#release(text);
    this.#requests = new KeyRequests(parts, this.#rows, release);
    this.#messages = new MessageSender(parts, this.#rows, this.#requests, release);
    const run = (ackData: Uint8Array, signal: AbortSignal): Promise<void> =>
      this.#work(ackData, signal);
    this.#jobs = new JobPool({ maxAtOnce: MAX_AT_ONCE, maxPerOwner: MAX_PER_SENDER, run });
    pubkeys.onLearned((text) => this.#release(text));
    identities.onUsable(() => void this.#requeueQueued().catch(context.fail));
  }

  async start(): Promise<void> {
    this.#stopping = false;
    await this.#resume();
    await this.#restoreWaits();
    await this.#restoreAcks();
    await this.#requeueQueued();
    this.#jobs.start();
  }

  /** Aborts proof of work; rows stay as they are and the next start goes on with them. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#jobs.stop(new PowAborted('stopped'));
  }

  /** Jobs under work or waiting for a place. */
  get pending(): number {
    return this.#jobs.size;
  }

  /**
   * Queues a message; durable when it resolves with its ack data, the name by which its state is
   * asked for. @throws NodeError with the codes of addresses, length and encoding.
   */
  async sendMessage(message: NewMessage): Promise<Uint8Array> {
    return this.#add(this.#composer.message(message));
  }

  /** As {@link sendMessage}, to all subscribers of the sender. */
  async sendBroadcast(broadcast: NewBroadcast): Promise<Uint8Array> {
    return this.#add(this.#composer.broadcast(broadcast));
  }

  /** The row of a broadcast that is committed together with something else; see {@link committed}. */
  composeBroadcast(broadcast: NewBroadcast): SentRecord {
    return this.#composer.broadcast(broadcast);
  }

  /** Takes over a row that has been committed. */
  committed(row: SentRecord): void {
    const { ackData, toAddress, fromAddress, status: to } = row;
    const change = { ackData, toAddress, fromAddress, from: undefined, to, reason: '' };
    this.#parts.context.events.emit('sentStateChanged', change);
    this.#jobs.add(ackData, fromAddress);
  }

  /**
   * Sends a message although its recipient demands more work than the settings allow.
   * @throws NodeError `unknown-message`, `wrong-state`
   */
  async forceSend(ackData: Uint8Array): Promise<void> {
    const row = await this.#parts.context.store.sent.getByAckData(ackData);
    if (!row) throw new NodeError('unknown-message', 'there is no such message');
    const moved =
      row.status === 'toodifficult' &&
      (await this.#askedRows.move(row, 'forcepow', { reason: FORCED_REASON }));
    if (!moved) throw new NodeError('wrong-state', `the message is ${row.status}`);
    this.#jobs.add(ackData, row.fromAddress);
  }

  /**
   * Sends a message or broadcast once more from the beginning, whatever became of it; one in the trash
   * comes back. What is being worked on goes on.
   * @throws NodeError `unknown-message`, `wrong-state`
   */
  async sendAgain(ackData: Uint8Array): Promise<void> {
    const { sent } = this.#parts.context.store;
    const row = await sent.getByAckData(ackData);
    if (!row) throw new NodeError('unknown-message', 'there is no such message');
    const to = SENT_AGAIN_AS[row.status];
    if (!to) throw new NodeError('wrong-state', `the message is ${row.status}`);
    const move = { retryNumber: 0, sleepUntilS: 0, folder: 'sent' } as const;
    if (await this.#askedRows.move(row, to, move)) this.#jobs.add(ackData, row.fromAddress);
  }

  /** Tries all messages again that were too difficult: to be called when the limits were raised. */
  async retryTooDifficult(): Promise<void> {
    const { sent } = this.#parts.context.store;
    for (const row of await sent.listByStatus(['toodifficult'])) {
      if (await this.#askedRows.move(row, 'msgqueued'))
        this.#jobs.add(row.ackData, row.fromAddress);
    }
  }

  /**
   * Stops working on a message that was moved to the trash: nobody works for rows outside the folder
   * `sent`. What is out stays out, and its acknowledgement still counts.
   */
  cancel(ackData: Uint8Array): void {
    this.#jobs.abort(ackData, new PowAborted('cancelled'));
  }

  /** Goes on with a message that came back from the trash. */
  async retry(ackData: Uint8Array): Promise<void> {
    const row = await this.#parts.context.store.sent.getByAckData(ackData);
    if (row) this.#jobs.add(ackData, row.fromAddress);
  }

  /** An acknowledgement has been committed: nothing more is done for this message. */
  acknowledged(row: SentRecord): void {
    this.#parts.acks.remove(row.ackData);
    this.#jobs.abort(row.ackData, new PowAborted('acknowledged'));
    this.#rows.tell(row, 'ackreceived');
  }

  /** An object of ours expired before anybody could get it: its message is made anew. */
  async expired(hash: Uint8Array): Promise<void> {
    const { context, identities } = this.#parts;
    const row = await context.store.sent.get(hash);
    if (!row || identities.get(row.toAddress)) return; // Own addresses have got theirs.
    if (row.status === 'broadcastsent') await this.#rows.move(row, 'broadcastqueued');
    else if (row.status === 'msgsent' || row.status === 'msgsentnoackexpected') {
      await this.#rows.move(row, 'msgqueued');
    } else return;
    this.#jobs.add(row.ackData, row.fromAddress);
  }

  /** The regular pass: overdue messages again, and whatever is queued. */
  async resend(): Promise<void> {
    const { context } = this.#parts;
    const overdue = await requeueOverdue(context, this.#rows);
    if (overdue.length > 0) context.log.info({ messages: overdue.length }, 'sending again');
    await this.#requeueQueued();
  }

  /** Takes up rows that came into the store past this class (a takeover). */
  async adopt(): Promise<void> {
    await this.#restoreWaits();
    await this.#restoreAcks();
    await this.#requeueQueued();
  }

  async #add(row: SentRecord): Promise<Uint8Array> {
    await this.#parts.context.store.sent.add(row);
    this.committed(row);
    return row.ackData;
  }

  async #work(ackData: Uint8Array, signal: AbortSignal): Promise<void> {
    const { context } = this.#parts;
    try {
      const row = await context.store.sent.getByAckData(ackData);
      signal.throwIfAborted();
      if (row?.folder !== 'sent') return;
      if (row.status === 'broadcastqueued') {
        await sendBroadcast(this.#parts, this.#rows, row, signal);
      } else if (QUEUED.includes(row.status)) {
        await this.#messages.send(row, signal);
      }
      if (signal.aborted && !this.#stopping) await this.#putBack(ackData);
    } catch (error) {
      if (this.#stopping) return; // The next start puts the row back.
      if (isMachineFailure(error)) context.fail(error);
      else if (!(error instanceof PowAborted) && !signal.aborted) {
        const fields = { ackData: toHex(ackData), error: errorText(error) };
        context.log.error(fields, 'sending failed, will be tried again');
      }
      await this.#putBack(ackData);
    }
  }

  /** Work ended early: the row goes back to the queue, for the next pass or whoever asks before. */
  async #putBack(ackData: Uint8Array): Promise<void> {
    const { context } = this.#parts;
    try {
      const row = await context.store.sent.getByAckData(ackData);
      const back = row && RESUME_AS[row.status];
      if (back) await this.#rows.move(row, back);
      // Others may have been waiting for the answer to its request, which nobody will send now.
      const isLost = row?.status === 'doingpubkeypow' && row.folder !== 'sent';
      if (isLost) await this.#release(canonicalText(row.toAddress));
    } catch (storeError) {
      if (!this.#stopping) context.fail(storeError);
    }
  }

  /**
   * The key has come (or will not be asked for): every message that waits for it is looked at anew,
   * with a fresh series of retries.
   */
  async #release(text: string): Promise<void> {
    const { context, pubkeys } = this.#parts;
    pubkeys.waits.remove(text);
    this.#requests.forget(text);
    const waiting = ['doingpubkeypow', 'awaitingpubkey'] as const;
    for (const row of await context.store.sent.listByStatus([...waiting])) {
      if (canonicalText(row.toAddress) !== text) continue;
      const move = { retryNumber: 0, sleepUntilS: 0 };
      const changes = this.#rows.changes(row, 'msgqueued', move);
      if (!(await context.patient.sent.update(row.ackData, changes, [...waiting]))) continue;
      this.#rows.tell(row, 'msgqueued', changes.reason);
      this.#jobs.abort(row.ackData, new PowAborted('the key is here'));
      this.#jobs.add(row.ackData, row.fromAddress);
    }
  }

  /** What a stop or crash interrupted goes back to the queue. */
  async #resume(): Promise<void> {
    const { sent } = this.#parts.context.store;
    const interrupted = ['doingpubkeypow', 'doingmsgpow', 'doingbroadcastpow'] as const;
    for (const row of await sent.listByStatus([...interrupted])) {
      const back = RESUME_AS[row.status];
      if (back) await this.#rows.move(row, back);
    }
  }

  /** Whose keys are waited for; some may have come just before the last stop. */
  async #restoreWaits(): Promise<void> {
    const { context, pubkeys } = this.#parts;
    const waiting = new Map<string, Address>();
    for (const row of await context.store.sent.listByStatus(['awaitingpubkey'])) {
      const decoded = decodeAddress(row.toAddress);
      const text = canonicalAddress(row.toAddress);
      // Rows whose recipient nobody can reach wait, too.
      if (decoded.status !== 'success' || text === undefined) continue;
      this.#requests.restore(row, text);
      waiting.set(text, decoded.address);
    }
    for (const [text, address] of waiting) {
      if (await pubkeys.find(address, text)) await this.#release(text);
    }
  }

  /** Of everything that is out, in the trash, too. */
  async #restoreAcks(): Promise<void> {
    const { context, acks } = this.#parts;
    for (const row of await context.store.sent.list('trash')) {
      if (row.status === 'msgsent') acks.add(row.ackData);
    }
    for (const row of await context.store.sent.listByStatus([...ACKNOWLEDGEABLE])) {
      if (row.status === 'msgsent' || row.retryNumber > 0) acks.add(row.ackData);
    }
  }

  async #requeueQueued(): Promise<void> {
    const rows = await this.#parts.context.store.sent.listByStatus([...QUEUED]);
    for (const row of rows) this.#jobs.add(row.ackData, row.fromAddress);
  }
}

/** Imported rows may hold another spelling of an address. */
function canonicalText(address: string): string {
  return canonicalAddress(address) ?? address;
}
