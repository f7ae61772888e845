/** Short notes at the edge of the page; read aloud by screen readers. */

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'plain' | 'bad';
  /** What can be done about it. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

const SHOWN_MS = 6_000;
/** More at once hide the page. */
const MAX_TOASTS = 4;

class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #lastId = 0;

  show(text: string, kind: Toast['kind'] = 'plain', action?: Toast['action']): void {
    this.#lastId += 1;
    const toast: Toast = { id: this.#lastId, text, kind, ...(action && { action }) };
    this.list = [...this.list, toast].slice(-MAX_TOASTS);
    setTimeout(() => this.remove(toast.id), SHOWN_MS);
  }

  remove(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
