/** Finds own identities by what objects show of them: ripe, tag, or the key that opened something. */
import { addressTag, decodeAddress, type Address } from '../objects/address.js';
import type { IdentityRecord } from '../store/repositories.js';
import { bytesKey } from '../util/bytes.js';
import type { TrialKey } from './decrypt/decrypt-service.js';

interface Entry {
  readonly record: IdentityRecord;
  readonly address: Address;
}

export class Keyring {
  readonly #entries = new Map<string, Entry>();
  /** Versions 3 and 4 of one passphrase share their keys, so a ripe can have several addresses. */
  readonly #byRipe = new Map<string, Entry[]>();
  readonly #byTag = new Map<string, Entry>();

  /** Adds or replaces; an address that cannot be decoded or used is left out (false). */
  put(record: IdentityRecord): boolean {
    const decoded = decodeAddress(record.address);
    if (decoded.status !== 'success') return false;
    const { address } = decoded;
    if (address.version < 2 || address.version > 4) return false;
    const entry = { record, address };
    const known = this.#entries.has(record.address);
    this.#entries.set(record.address, entry);
    const ripe = bytesKey(address.ripe);
    const same = this.#byRipe.get(ripe) ?? [];
    if (known) same[same.findIndex((other) => other.record.address === record.address)] = entry;
    else same.push(entry);
    this.#byRipe.set(ripe, same);
    const tag = addressTag(address);
    if (tag) this.#byTag.set(bytesKey(tag), entry);
    return true;
  }

  remove(address: string): void {
    const entry = this.#entries.get(address);
    if (!entry) return;
    this.#entries.delete(address);
    const ripe = bytesKey(entry.address.ripe);
    const rest = (this.#byRipe.get(ripe) ?? []).filter((other) => other !== entry);
    if (rest.length > 0) this.#byRipe.set(ripe, rest);
    else this.#byRipe.delete(ripe);
    const tag = addressTag(entry.address);
    if (tag) this.#byTag.delete(bytesKey(tag));
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

  /** Those of {@link trialKeys} that are named by one of these addresses. */
  trialKeysOf(addresses: readonly string[]): TrialKey[] {
    const keys: TrialKey[] = [];
    for (const address of addresses) {
      const ripe = this.#entries.get(address)?.address.ripe;
      const first = ripe && this.byRipe(ripe)[0];
      if (first?.address === address) keys.push({ id: address, key: first.encryptionKey });
    }
    return keys;
  }

  /** The encryption keys of the enabled identities, each key once, named by its ripe's first address. */
  trialKeys(): TrialKey[] {
    const keys: TrialKey[] = [];
    for (const entries of this.#byRipe.values()) {
      const first = entries.find(({ record }) => record.enabled)?.record;
      if (first) keys.push({ id: first.address, key: first.encryptionKey });
    }
    return keys;
  }
}
