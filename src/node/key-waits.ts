/** Whose public key messages are waiting for. Version-4 keys announce themselves by tag only. */
import { addressTag, decodeAddress, type Address } from '../objects/address.js';
import { bytesKey } from '../util/bytes.js';

export interface AwaitedKey {
  /** Canonical text. */
  readonly text: string;
  readonly address: Address;
}

export class KeyWaits {
  readonly #byText = new Map<string, AwaitedKey>();
  readonly #byTag = new Map<string, AwaitedKey>();

  /** Has no effect for a text that is no address. */
  add(text: string): void {
    if (this.#byText.has(text)) return;
    const decoded = decodeAddress(text);
    if (decoded.status !== 'success') return;
    const wait = { text, address: decoded.address };
    this.#byText.set(text, wait);
    const tag = addressTag(decoded.address);
    if (tag) this.#byTag.set(bytesKey(tag), wait);
  }

  has(text: string): boolean {
    return this.#byText.has(text);
  }

  byTag(tag: Uint8Array): AwaitedKey | undefined {
    return this.#byTag.get(bytesKey(tag));
  }

  remove(text: string): void {
    const wait = this.#byText.get(text);
    if (!wait) return;
    this.#byText.delete(text);
    const tag = addressTag(wait.address);
    if (tag) this.#byTag.delete(bytesKey(tag));
  }
}
