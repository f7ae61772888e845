/** Subscriptions to broadcasts, with what is needed to find and open the broadcasts. */
import { addressKey, addressTag, decodeAddress, type Address } from '../../objects/address.js';
import type { AddressListRepository } from '../../store/repositories.js';
import { bytesKey } from '../../util/bytes.js';
import type { DecryptService, TrialKey } from '../decrypt/decrypt-service.js';
import { KEY_SET } from '../mail-dependencies.js';
import { AddressList } from './address-list.js';

export interface SubscribedSender {
  /** Canonical text. */
  readonly text: string;
  readonly address: Address;
  /** Private half of the key that its broadcasts are encrypted to; 32 bytes. */
  readonly key: Uint8Array;
}

/**
 * The broadcasts of version-4 senders are found by tag; those of older senders only by trying every
 * subscription's key.
 */
export class Subscriptions extends AddressList {
  readonly #decrypt: DecryptService;
  readonly #senders = new Map<string, SubscribedSender>();
  readonly #byTag = new Map<string, SubscribedSender>();
  /** By canonical text. */
  readonly #untagged = new Map<string, TrialKey>();
  /** Called after every change: there may be new ones. */
  onChanged: () => void = () => undefined;

  constructor(store: AddressListRepository, decrypt: DecryptService) {
    super(store);
    this.#decrypt = decrypt;
  }

  /** Whether there are enabled ones of version 2 or 3, whose keys have to be tried. */
  get hasUntagged(): boolean {
    return this.#untagged.size > 0;
  }

  /** The keys of the enabled ones of version 2 or 3, named by canonical text. */
  untaggedKeys(): readonly TrialKey[] {
    return [...this.#untagged.values()];
  }

  /** The enabled version-4 subscription with that tag. */
  findByTag(tag: Uint8Array): SubscribedSender | undefined {
    return this.#byTag.get(bytesKey(tag));
  }

  /** The enabled subscription with that canonical text, which is also its trial key's id. */
  sender(text: string): SubscribedSender | undefined {
    return this.#senders.get(text);
  }

  protected override changed(): void {
    this.onChanged();
  }

  protected override enabledAdded(text: string): void {
    const sender = subscribedSender(text);
    if (!sender) return;
    this.#senders.set(text, sender);
    const tag = addressTag(sender.address);
    if (tag) {
      this.#byTag.set(bytesKey(tag), sender);
      return;
    }
    const key = { id: text, key: sender.key };
    this.#untagged.set(text, key);
    this.#decrypt.addKeys(KEY_SET.broadcasts, [key]);
  }

  protected override enabledRemoved(text: string): void {
    const sender = this.#senders.get(text);
    if (!sender) return;
    this.#senders.delete(text);
    const tag = addressTag(sender.address);
    if (tag) {
      this.#byTag.delete(bytesKey(tag));
      return;
    }
    this.#untagged.delete(text);
    this.#decrypt.removeKeys(KEY_SET.broadcasts, [text]);
  }
}

/** Undefined for what cannot broadcast: a broken text, version 1. */
function subscribedSender(text: string): SubscribedSender | undefined {
  const decoded = decodeAddress(text);
  if (decoded.status !== 'success') return undefined;
  const { address } = decoded;
  if (address.version < 2 || address.version > 4) return undefined;
  return { text, address, key: addressKey(address) };
}
