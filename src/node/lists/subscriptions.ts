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
  #byTag = new Map<string, SubscribedSender>();
  #untagged: readonly TrialKey[] = [];
  /** Called after every change: there may be new ones. */
  onChanged: () => void = () => undefined;

  constructor(store: AddressListRepository, decrypt: DecryptService) {
    super(store);
    this.#decrypt = decrypt;
  }

  /** Whether there are enabled ones of version 2 or 3, whose keys have to be tried. */
  get hasUntagged(): boolean {
    return this.#untagged.length > 0;
  }

  /** The keys of the enabled ones of version 2 or 3, named by canonical text. */
  untaggedKeys(): readonly TrialKey[] {
    return this.#untagged;
  }

  /** The enabled version-4 subscription with that tag. */
  findByTag(tag: Uint8Array): SubscribedSender | undefined {
    return this.#byTag.get(bytesKey(tag));
  }

  /** The enabled subscription with that canonical text, which is also its trial key's id. */
  sender(text: string): SubscribedSender | undefined {
    return this.#senders.get(text);
  }

  protected override enabledChanged(addresses: ReadonlySet<string>): void {
    this.#forgetAllBut(addresses);
    const byTag = new Map<string, SubscribedSender>();
    const trialKeys: TrialKey[] = [];
    for (const text of addresses) {
      const sender = this.#senders.get(text) ?? subscribedSender(text);
      if (!sender) continue;
      this.#senders.set(text, sender);
      const tag = addressTag(sender.address);
      if (tag) byTag.set(bytesKey(tag), sender);
      else trialKeys.push({ id: text, key: sender.key });
    }
    this.#byTag = byTag;
    this.#untagged = trialKeys;
    this.#decrypt.setKeys(KEY_SET.broadcasts, trialKeys);
    this.onChanged();
  }

  #forgetAllBut(addresses: ReadonlySet<string>): void {
    for (const text of this.#senders.keys()) {
      if (!addresses.has(text)) this.#senders.delete(text);
    }
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
