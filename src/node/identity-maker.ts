/** Creates identities: random, from a passphrase, and chans. [class_addressGenerator.py] */
import type { AddressKeys } from '../crypto/keys.js';
import { decodeAddress, encodeAddress } from '../objects/address.js';
import { atLeast, type Difficulty } from '../objects/difficulty.js';
import type { IdentityRecord } from '../store/repositories.js';
import { concatBytes, NO_BYTES, utf8 } from '../util/bytes.js';
import type { AddressMaker } from './address-maker.js';
import { NodeError } from './errors.js';
import type { Identities } from './identities.js';
import type { MailContext } from './mail-dependencies.js';

/** Version of new addresses: the only one whose key requests do not show the ripe. */
const NEW_ADDRESS_VERSION = 4;

/** Zero bytes of a chan's ripe, fixed: everybody has to find the same address. */
const CHAN_ZERO_BYTES = 1;

/** Before the name in the label of a chan. [class_addressGenerator.py] */
const CHAN_LABEL_PREFIX = utf8('[chan] ');

export interface RandomOptions {
  readonly label: Uint8Array;
  /** Version 3 or 4; default 4. */
  readonly version?: number;
  readonly stream?: number;
  /** Default: the setting. */
  readonly leadingZeroBytes?: number;
  /** Demanded from senders; raised to the network's minimum. Default: the setting. */
  readonly difficulty?: Difficulty;
}

export interface DeterministicOptions {
  readonly passphrase: Uint8Array;
  readonly count: number;
  readonly label?: Uint8Array;
  readonly version?: number;
  readonly stream?: number;
  readonly leadingZeroBytes?: number;
  readonly difficulty?: Difficulty;
}

export class IdentityMaker {
  readonly #context: MailContext;
  readonly #identities: Identities;
  readonly #maker: AddressMaker;

  constructor(context: MailContext, identities: Identities, maker: AddressMaker) {
    this.#context = context;
    this.#identities = identities;
    this.#maker = maker;
  }

  /** A new address that nobody can make again; its public key is then published. */
  async createRandom(options: RandomOptions): Promise<string> {
    const keys = await this.#maker.random({
      leadingZeroBytes: options.leadingZeroBytes ?? this.#context.settings.leadingZeroBytes,
    });
    const record = this.#record(keys, options, options.label);
    await this.#identities.add([record], true);
    return record.address;
  }

  /**
   * The first `count` addresses of a passphrase; returns those that are new here. The same call
   * finds them again on any machine: it is the passphrase-based backup. An empty passphrase is one,
   * too, as in PyBitmessage.
   */
  async createDeterministic(options: DeterministicOptions): Promise<string[]> {
    const made = await this.#maker.deterministic({
      passphrase: options.passphrase,
      count: options.count,
      leadingZeroBytes: options.leadingZeroBytes ?? this.#context.settings.leadingZeroBytes,
    });
    const label = options.label ?? NO_BYTES;
    return this.#identities.add(made.map((keys) => this.#record(keys, options, label)));
  }

  /** The first address of a passphrase, without keeping it. */
  async deriveDeterministic(
    passphrase: Uint8Array,
    version = NEW_ADDRESS_VERSION,
    stream = 1,
  ): Promise<string> {
    const { ripe } = await this.#chanKeys(passphrase);
    return encodeAddress({ version, stream, ripe });
  }

  /**
   * A chan made of its name. @throws NodeError `empty-passphrase`, `identity-exists`
   */
  async createChan(name: Uint8Array): Promise<string> {
    checkChanName(name);
    const keys = await this.#chanKeys(name);
    return this.#addChan(keys, name, NEW_ADDRESS_VERSION, 1);
  }

  /**
   * Joins a chan by name and address, which must belong together.
   * @throws NodeError `empty-passphrase`, `invalid-address`, `unsupported-version`,
   *   `chan-name-mismatch`, `identity-exists`
   */
  async joinChan(name: Uint8Array, address: string): Promise<void> {
    checkChanName(name);
    const decoded = decodeAddress(address);
    if (decoded.status !== 'success') throw new NodeError('invalid-address', decoded.status);
    const { version, stream } = decoded.address;
    if (version < 3 || version > 4) {
      throw new NodeError('unsupported-version', `a chan's address has version 3 or 4`);
    }
    const keys = await this.#chanKeys(name);
    if (encodeAddress({ version, stream, ripe: keys.ripe }) !== encodeAddress(decoded.address)) {
      throw new NodeError('chan-name-mismatch', 'chan name does not match address');
    }
    await this.#addChan(keys, name, version, stream);
  }

  /** Forgets a chan; its messages stay. @throws NodeError `unknown-identity`, `not-a-chan` */
  async leaveChan(address: string): Promise<void> {
    const record = this.#identities.get(address);
    if (!record) throw new NodeError('unknown-identity', 'not one of your addresses');
    if (!record.chan) throw new NodeError('not-a-chan', 'the address is not a chan');
    await this.#identities.remove(address);
  }

  async #addChan(
    keys: AddressKeys,
    name: Uint8Array,
    version: number,
    stream: number,
  ): Promise<string> {
    const difficulty = this.#context.settings.minimumDifficulty;
    const label = concatBytes(CHAN_LABEL_PREFIX, name);
    const record = { ...this.#record(keys, { version, stream, difficulty }, label), chan: true };
    const added = await this.#identities.add([record]);
    if (added.length === 0) throw new NodeError('identity-exists', 'the address is here already');
    return record.address;
  }

  async #chanKeys(passphrase: Uint8Array): Promise<AddressKeys> {
    const [keys] = await this.#maker.deterministic({
      passphrase,
      count: 1,
      leadingZeroBytes: CHAN_ZERO_BYTES,
    });
    if (!keys) throw new Error('the address maker gave no keys');
    return keys;
  }

  #record(
    keys: AddressKeys,
    options: { version?: number; stream?: number; difficulty?: Difficulty },
    label: Uint8Array,
  ): IdentityRecord {
    const { version = NEW_ADDRESS_VERSION, stream = 1 } = options;
    const { minimumDifficulty, newIdentityDifficulty } = this.#context.settings;
    return {
      address: encodeAddress({ version, stream, ripe: keys.ripe }),
      label,
      enabled: true,
      chan: false,
      signingKey: keys.signingKey,
      encryptionKey: keys.encryptionKey,
      ...atLeast(options.difficulty ?? newIdentityDifficulty, minimumDifficulty),
      lastPubkeySendS: 0,
      dontSendAck: false,
      mailingList: false,
      mailingListName: NO_BYTES,
      extra: {},
    };
  }
}

function checkChanName(name: Uint8Array): void {
  if (name.length === 0) throw new NodeError('empty-passphrase', "a chan's name cannot be empty");
}
