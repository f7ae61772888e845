/** What happens in the node, as it happens; connects again by itself. */
import { ConnectionError } from '../../src/client/errors.js';
import { call } from './api.js';
import { client } from './client.js';
import type { EventName, EventWith, NativeEvent } from './records.js';
import { session } from './session.svelte.js';

/** Until the node is asked again that did not even say what its last event was. */
const RETRY_MS = 2_000;

type Handler = (event: NativeEvent) => void;

class Live {
  /** False while the node does not answer. */
  connected = $state(true);
  readonly #handlers = new Map<EventName, Set<Handler>>();

  /** @returns ends it; for `$effect`. */
  on<Name extends EventName>(
    names: readonly Name[],
    handler: (event: EventWith<Name>) => void,
  ): () => void {
    for (const name of names) {
      const handlers = this.#handlers.get(name) ?? new Set();
      this.#handlers.set(name, handlers.add(handler as Handler));
    }
    return () => {
      for (const name of names) this.#handlers.get(name)?.delete(handler as Handler);
    };
  }

  /** Follows the events until the returned function is called. */
  start(): () => void {
    const abort = new AbortController();
    void this.#follow(abort.signal);
    return () => abort.abort();
  }

  /** A node that does not answer is asked again until it does, from the first moment on. */
  async #follow(signal: AbortSignal): Promise<void> {
    const ended = (): boolean => signal.aborted;
    while (!ended()) {
      try {
        await this.#followOnce(signal);
      } catch (error) {
        if (isLoggedOut(error) && !ended()) {
          session.ended();
          return;
        }
      }
      if (ended()) return;
      this.connected = false;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** @throws ConnectionError, RpcError before the stream is open; when the node lets nobody in (any more) */
  async #followOnce(signal: AbortSignal): Promise<void> {
    const { lastEventId } = await call('node.info', {}, signal);
    const stream = client.events({
      after: lastEventId,
      signal,
      onState: (state) => {
        if (state === 'open') this.#opened(lastEventId);
        if (state === 'waiting') this.connected = false;
      },
    });
    for await (const event of stream) this.#tell(event);
  }

  /** What was asked for while the node was away has failed: it is all read anew. */
  #opened(id: number): void {
    if (this.connected) return;
    this.connected = true;
    this.#tell({ id, atMs: Date.now(), name: 'resync', data: { reason: 'gap' } });
  }

  #tell(event: NativeEvent): void {
    for (const handler of [...(this.#handlers.get(event.name) ?? [])]) handler(event);
  }
}

function isLoggedOut(error: unknown): boolean {
  return error instanceof ConnectionError && error.failure === 'not-logged-in';
}

export const live = new Live();
