/** Single keys that do something; the help sheet lists those that work right now. */
import { untrack } from 'svelte';
import type { TextKey } from '../texts/languages.js';

export interface Shortcut {
  /** As `KeyboardEvent.key`, or two of them with a space between: pressed one after the other. */
  readonly keys: string;
  readonly label: TextKey;
  readonly run: () => void;
}

/** The second key of a pair must follow within this time. */
const PAIR_MS = 1_500;

class Shortcuts {
  /** The newest come first: what is on top answers. */
  list = $state.raw<readonly Shortcut[]>([]);
  #pending = '';
  #pendingAt = 0;

  /** @returns takes them away again; for `$effect`. */
  add(...added: Shortcut[]): () => void {
    // An effect that adds keys must not run again because others were added.
    this.list = [...added, ...untrack(() => this.list)];
    return () => {
      this.list = this.list.filter((shortcut) => !added.includes(shortcut));
    };
  }

  handle(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
    const recent = performance.now() - this.#pendingAt < PAIR_MS;
    const pair = recent && this.#pending ? `${this.#pending} ${event.key}` : '';
    this.#pending = '';
    const found =
      this.list.find(({ keys }) => keys === pair) ??
      this.list.find(({ keys }) => keys === event.key);
    if (found) {
      event.preventDefault();
      found.run();
    } else if (this.list.some(({ keys }) => keys.startsWith(`${event.key} `))) {
      this.#pending = event.key;
      this.#pendingAt = performance.now();
    }
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export const shortcuts = new Shortcuts();
