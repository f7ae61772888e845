/** What is being written: kept as a draft on the node while it is typed. */
import { quoteText, replySubject } from '../logic/recipients.js';
import { USUAL_LIFETIME_S } from '../logic/lifetime.js';
import { call } from '../state/api.js';
import { overview } from '../state/overview.svelte.js';
import { soon } from '../state/soon.js';
import type { Draft, Message } from '../state/records.js';

/** Pause in typing after which the draft is saved. */
const SAVE_MS = 700;

export class ComposeForm {
  id = $state<string>();
  kind = $state<'message' | 'broadcast'>('message');
  from = $state('');
  to = $state.raw<readonly string[]>([]);
  subject = $state('');
  body = $state('');
  ttlS = $state(USUAL_LIFETIME_S);
  savedS = $state<number>();
  /** Saving failed: the node is away. */
  unsaved = $state(false);
  ready = $state(false);
  #inReplyTo: string | undefined;
  #closed = false;
  #lastSaved = '';
  /** The newest save, whatever becomes of it: one at a time, so that two first ones make one draft. */
  #saving: Promise<void> = Promise.resolve();
  readonly #saveSoon = soon(() => this.save(), SAVE_MS);

  /** @param query of the route: `draft`, `reply`, `to`, `from`, `subject`, `body`. */
  async begin(query: Readonly<Record<string, string>>): Promise<void> {
    const { draft, reply, to, from, subject = '', body = '' } = query;
    this.from = from ?? overview.identities.find(({ enabled }) => enabled)?.address ?? '';
    if (to) this.to = [to];
    this.subject = subject;
    this.body = body;
    if (draft !== undefined) this.#fill(await call('drafts.get', { id: draft }));
    else if (reply !== undefined) this.#answer(await call('messages.get', { id: reply }));
    if (draft === undefined) this.ttlS = (await call('outgoing.defaults', {})).ttlS;
    this.#lastSaved = this.#content();
    this.ready = true;
  }

  /** Something was typed. */
  touched(): void {
    if (this.ready && !this.#closed && this.#content() !== this.#lastSaved) this.#saveSoon();
  }

  /** Also at once when the page is left. */
  save(): Promise<void> {
    const saving = this.#saving.then(() => this.#save());
    this.#saving = saving.catch(() => undefined);
    return saving;
  }

  async #save(): Promise<void> {
    const content = this.#content();
    if (this.#closed || content === this.#lastSaved) return;
    try {
      const saved = await call('drafts.save', {
        ...(this.id !== undefined && { id: this.id }),
        kind: this.kind,
        fromAddress: this.from,
        to: [...this.to],
        subject: this.subject,
        body: this.body,
        ttlS: this.ttlS,
        ...(this.#inReplyTo !== undefined && { inReplyTo: this.#inReplyTo }),
      });
      this.id = saved.id;
      this.savedS = saved.savedS;
      this.#lastSaved = content;
      this.unsaved = false;
    } catch (error) {
      this.unsaved = true;
      throw error;
    }
  }

  /** @returns the id of the (first) message. */
  async send(): Promise<string | undefined> {
    await this.#saving;
    const { from: fromAddress, subject, body, ttlS, id: draftId } = this;
    const text = { fromAddress, subject, body, ttlS, ...(draftId !== undefined && { draftId }) };
    const sent =
      this.kind === 'broadcast'
        ? await call('outgoing.broadcast', text)
        : (await call('outgoing.send', { ...text, to: [...this.to] })).messages[0];
    await this.#close();
    return sent?.id;
  }

  async discard(): Promise<void> {
    await this.#close();
  }

  get isEmpty(): boolean {
    return this.subject === '' && this.body.trim() === '';
  }

  /** A save may have been on its way: the draft it made goes too. */
  async #close(): Promise<void> {
    this.#closed = true;
    await this.#saving;
    if (this.id !== undefined) await call('drafts.delete', { id: this.id });
  }

  #content(): string {
    const { kind, from, to, subject, body, ttlS } = this;
    return JSON.stringify({ kind, from, to, subject, body, ttlS });
  }

  #fill(draft: Draft): void {
    this.id = draft.id;
    this.kind = draft.kind;
    this.from = draft.fromAddress;
    this.to = draft.to;
    this.subject = draft.subject;
    this.body = draft.body;
    this.savedS = draft.savedS;
    if (draft.ttlS !== undefined) this.ttlS = draft.ttlS;
    this.#inReplyTo = draft.inReplyTo;
  }

  #answer(message: Message): void {
    this.#inReplyTo = message.id;
    this.subject = replySubject(message.subject);
    this.body = quoteText(message.body);
    if (message.kind === 'chan') {
      this.from = message.toAddress;
      this.to = [message.toAddress];
    } else if (message.direction === 'out') {
      this.from = message.fromAddress;
      this.to = [message.toAddress];
    } else {
      this.to = [message.fromAddress];
      if (overview.isOwn(message.toAddress)) this.from = message.toAddress;
    }
  }
}
