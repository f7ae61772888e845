/** What happens in the node, as it happens; connects again by itself. */
import { ConnectionError } from '../../src/client/errors.js';
import { call } from './api.js';
import { client } from './client.js';
import type { EventName, EventWith, NativeEvent } from './records.js';
import { session } from './session.svelte.js';

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

  async #follow(signal: AbortSignal): Promise<void> {
    try {
      const { lastEventId } = await call('node.info', {});
      const stream = client.events({
        after: lastEventId,
        signal,
        onState: (state) => {
          if (state === 'open') this.connected = true;
          if (state === 'waiting') this.connected = false;
        },
      });
      for await (const event of stream) this.#tell(event);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ConnectionError && error.failure === 'not-logged-in') session.ended();
      else this.connected = false;
    }
  }

  #tell(event: NativeEvent): void {
    for (const handler of [...(this.#handlers.get(event.name) ?? [])]) handler(event);
  }
}

export const live = new Live();
