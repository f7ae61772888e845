import { canonicalAddress } from '../../objects/address.js';

/** Which addresses a list names: imported lists may hold several spellings of one. */
export class Spellings {
  /** Canonical form, and how many entries have it. */
  readonly #counts = new Map<string, number>();

  /** @param canonical in canonical form */
  has(canonical: string): boolean {
    return this.#counts.has(canonical);
  }

  /** The canonical form when the list did not name that address yet. */
  add(text: string): string | undefined {
    const canonical = canonicalAddress(text) ?? text;
    const count = this.#counts.get(canonical) ?? 0;
    this.#counts.set(canonical, count + 1);
    return count === 0 ? canonical : undefined;
  }

  /** The canonical form when the list does not name that address any more. */
  remove(text: string): string | undefined {
    const canonical = canonicalAddress(text) ?? text;
    const count = this.#counts.get(canonical) ?? 0;
    if (count > 1) this.#counts.set(canonical, count - 1);
    else this.#counts.delete(canonical);
    return count === 1 ? canonical : undefined;
  }
}
