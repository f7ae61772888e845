/**
 * Finds own identities by what objects show of them: ripe, tag, or the key that opened something.
 * Everything here costs the same whether there is one identity or a hundred thousand.
 */
import { addressTag, decodeAddress, type Address } from '../objects/address.js';
import type { IdentityRecord } from '../store/repositories.js';
import { bytesKey } from '../util/bytes.js';
import type { TrialKey } from './decrypt/decrypt-service.js';

interface Entry {
  readonly record: IdentityRecord;
  readonly address: Address;
}

/** What a change of an identity means for the keys that are tried. */
export interface TrialKeyChange {
  /** The id under which a key is not to be tried any more. */
  readonly removed?: string;
  readonly added?: TrialKey;
}

export class Keyring {
  readonly #entries = new Map<string, Entry>();
  /** Versions 3 and 4 of one passphrase share their keys, so a ripe can have several addresses. */
  readonly #byRipe = new Map<string, Entry[]>();
  readonly #byTag = new Map<string, Entry>();
  #trialKeys = 0;

  /** Adds or replaces; undefined for an address that cannot be decoded or used: it is left out. */
  put(record: IdentityRecord): TrialKeyChange | undefined {
    const address = this.#entries.get(record.address)?.address ?? usableAddress(record.address);
    if (!address) return undefined;
    return this.#change(address, () => {
      const entry = { record, address };
      const ripe = bytesKey(address.ripe);
      const same = this.#byRipe.get(ripe);
      const at = same?.findIndex((other) => other.record.address === record.address) ?? -1;
      if (!same) this.#byRipe.set(ripe, [entry]);
      else if (at < 0) same.push(entry);
      else same[at] = entry;
      this.#entries.set(record.address, entry);
      const tag = addressTag(address);
      if (tag) this.#byTag.set(bytesKey(tag), entry);
    });
  }

  remove(text: string): TrialKeyChange | undefined {
    const entry = this.#entries.get(text);
    if (!entry) return undefined;
    const { address } = entry;
    return this.#change(address, () => {
      this.#entries.delete(text);
      const ripe = bytesKey(address.ripe);
      const rest = (this.#byRipe.get(ripe) ?? []).filter((other) => other !== entry);
      if (rest.length > 0) this.#byRipe.set(ripe, rest);
      else this.#byRipe.delete(ripe);
      const tag = addressTag(address);
      if (tag) this.#byTag.delete(bytesKey(tag));
    });
  }

  /** Enabled identities with that ripe, in order of creation. */
  byRipe(ripe: Uint8Array): IdentityRecord[] {
    const found = this.#byRipe.get(bytesKey(ripe)) ?? [];
    return found.filter(({ record }) => record.enabled).map(({ record }) => record);
  }

  /** The enabled version-4 identity with that tag. */
  byTag(tag: Uint8Array): IdentityRecord | undefined {
    const found = this.#byTag.get(bytesKey(tag))?.record;
    return found?.enabled ? found : undefined;
  }

  /** The decoded form of an own address. */
  addressOf(address: string): Address | undefined {
    return this.#entries.get(address)?.address;
  }

  /**
   * How many keys there are to try: the encryption keys of the enabled identities, each key once, named
   * by its ripe's first address. Which ones, the changes tell.
   */
  get trialKeys(): number {
    return this.#trialKeys;
  }

  #change(address: Address, apply: () => void): TrialKeyChange {
    const before = this.#trialKey(address.ripe);
    apply();
    const after = this.#trialKey(address.ripe);
    this.#trialKeys += Number(after !== undefined) - Number(before !== undefined);
    if (before?.id === after?.id && before?.key === after?.key) return {};
    return {
      ...(before && before.id !== after?.id && { removed: before.id }),
      ...(after && { added: after }),
    };
  }

  #trialKey(ripe: Uint8Array): TrialKey | undefined {
    const entries = this.#byRipe.get(bytesKey(ripe));
    const first = entries?.find(({ record }) => record.enabled)?.record;
    return first && { id: first.address, key: first.encryptionKey };
  }
}

function usableAddress(text: string): Address | undefined {
  const decoded = decodeAddress(text);
  if (decoded.status !== 'success') return undefined;
  const { address } = decoded;
  return address.version >= 2 && address.version <= 4 ? address : undefined;
}
