/** Public keys of other people: where they come from, where they are found, who waits for them. */
import { addressTag, encodeAddress, type Address } from '../objects/address.js';
import { decodeStoredKey, encodeStoredKey, type KeyBlock } from '../objects/key-block.js';
import { openPubkeyV4 } from '../objects/pubkey.js';
import { OBJECT_TYPE } from '../objects/types.js';
import { KeyWaits } from './key-waits.js';
import type { MailContext } from './mail-dependencies.js';

export class Pubkeys {
  /** Addresses whose key messages wait for. */
  readonly waits = new KeyWaits();
  readonly #context: MailContext;
  readonly #onLearned = new Set<(address: string) => Promise<void>>();

  constructor(context: MailContext) {
    this.#context = context;
  }

  /**
   * The key to write to that address with, or undefined when it has to be asked for: from the table
   * of known keys, else (version 4) from pubkey objects in the inventory. A key that is used is kept
   * for ever. [singleWorker.py:sendMsg]
   */
  async find(address: Address, text: string): Promise<KeyBlock | undefined> {
    const { inventory } = this.#context.store;
    const { pubkeys } = this.#context.patient;
    const record = await pubkeys.get(text);
    const stored = record && decodeStoredKey(record.keyBlock);
    if (stored) {
      if (!record.usedPersonally) await pubkeys.markUsed(text);
      return stored.keyBlock;
    }
    const tag = addressTag(address);
    if (!tag) return undefined;
    // Newest last: what was published later replaces what was published before.
    const objects = await inventory.findByTag(OBJECT_TYPE.pubkey, tag);
    for (const object of objects.reverse()) {
      const opened = openPubkeyV4(object, address);
      if (!opened) continue;
      await this.#put(text, address, opened.keyBlock, true);
      return opened.keyBlock;
    }
    return undefined;
  }

  /** Whether {@link find} would have it without searching the inventory. */
  async isKnown(text: string): Promise<boolean> {
    const record = await this.#context.store.pubkeys.get(text);
    return record !== undefined && decodeStoredKey(record.keyBlock) !== undefined;
  }

  /**
   * Keeps a key whose signature was verified and releases the messages that wait for it.
   * @param usedPersonally true for keys of correspondents (kept for ever); others go after 28 days.
   */
  async learn(address: Address, keyBlock: KeyBlock, usedPersonally: boolean): Promise<void> {
    const text = encodeAddress(address);
    const awaited = this.waits.has(text);
    await this.#put(text, address, keyBlock, usedPersonally || awaited);
    if (!awaited) return;
    for (const handler of this.#onLearned) await handler(text);
  }

  /** Calls back when a key that is waited for has arrived. */
  onLearned(handler: (address: string) => Promise<void>): () => void {
    this.#onLearned.add(handler);
    return () => void this.#onLearned.delete(handler);
  }

  async #put(
    text: string,
    address: Address,
    keyBlock: KeyBlock,
    usedPersonally: boolean,
  ): Promise<void> {
    const { patient, clock, events } = this.#context;
    await patient.pubkeys.put({
      address: text,
      keyBlock: encodeStoredKey(address.version, address.stream, keyBlock),
      storedS: clock.nowS(),
      usedPersonally,
    });
    events.emit('keyLearned', { address: text });
  }
}
