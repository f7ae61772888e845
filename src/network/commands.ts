import { bytesKey } from '../util/bytes.js';
import type { Log } from '../util/log.js';
import { decodeError, ERROR_SEVERITY } from '../wire/error-packet.js';
import { decodeInventoryVectors, type InventoryVectors } from '../wire/inventory-vectors.js';
import type { Command, ReceivedPacket } from '../wire/packet.js';
import type { AddrExchange } from './addr-exchange.js';
import type { Announcer } from './announcer.js';
import type { Connection } from './connection.js';
import type { Dandelion } from './dandelion.js';
import type { Downloads } from './downloads.js';
import type { NetworkInventory } from './inventory.js';
import { INVENTORY_SLICE } from './limits.js';
import type { ObjectIntake } from './object-intake.js';
import type { Uploads } from './uploads.js';

export interface CommandDeps {
  readonly inventory: NetworkInventory;
  readonly downloads: Downloads;
  readonly uploads: Uploads;
  readonly dandelion: Dandelion;
  readonly announcer: Announcer;
  readonly addr: AddrExchange;
  readonly intake: ObjectIntake;
  readonly log: Log;
  /** A peer wants to be dialled. @returns whether it will be */
  portCheck(from: Connection): boolean;
}

/** A promise: read nothing more from this peer until it resolves. */
type Handled = Promise<void> | undefined;

type CommandHandler = (from: Connection, payload: Uint8Array, payloadHash: Uint8Array) => Handled;

/** A handler after which nothing is left to wait for. */
function done(handle: (from: Connection, payload: Uint8Array) => void): CommandHandler {
  return (from, payload) => {
    handle(from, payload);
    return undefined;
  };
}

/** What an established peer's packets do, by command. */
export class CommandTable {
  readonly #deps: CommandDeps;
  readonly #handlers: Record<Command, CommandHandler>;

  constructor(deps: CommandDeps) {
    this.#deps = deps;
    this.#handlers = {
      // PyBitmessage starts all over at a second version: addr and the whole inventory once more.
      version: done((from) => from.close('second version', 'repeated-handshake')),
      verack: done((from) => from.close('second verack', 'repeated-handshake')),
      ping: done((from) => {
        if (from.congested) from.reject('unanswered-ping');
        else from.send('pong');
      }),
      pong: () => undefined,
      portcheck: done((from) => {
        if (!deps.portCheck(from)) from.reject('portcheck');
      }),
      error: done((from, payload) => this.#error(from, payload)),
      addr: done((from, payload) => deps.addr.receive(from, payload)),
      inv: (from, payload) => this.#inventory(from, payload, false),
      dinv: (from, payload) =>
        deps.dandelion.enabled ? this.#inventory(from, payload, true) : undefined,
      getdata: done((from, payload) => this.#getdata(from, payload)),
      object: (from, payload, payloadHash) => deps.intake.receive(from, payload, payloadHash),
    };
  }

  /**
   * Unknown commands are ignored: that is how the protocol grows.
   * @throws WireError for a payload that cannot be read
   */
  handle(from: Connection, { command, payload, payloadHash }: ReceivedPacket): Handled {
    if (!Object.hasOwn(this.#handlers, command)) {
      from.reject('unknown-command');
      return undefined;
    }
    return this.#handlers[command as Command](from, payload, payloadHash);
  }

  #error(from: Connection, payload: Uint8Array): void {
    const { fatal, text } = decodeError(payload);
    // The last one of a connection is for everybody to read; of the others there may be any number.
    const level = fatal >= ERROR_SEVERITY.fatal ? 'info' : 'debug';
    this.#deps.log[level]({ peer: from.id, fatal, text }, 'error from a peer');
    if (fatal >= ERROR_SEVERITY.fatal) {
      from.close(`refused by the peer: ${text}`, 'fatal-error');
    }
  }

  #getdata(from: Connection, payload: Uint8Array): void {
    const { hashes, fault } = decodeInventoryVectors(payload);
    this.#deps.uploads.request(from.id, hashes);
    if (fault) from.fault('malformed');
  }

  #inventory(from: Connection, payload: Uint8Array, stem: boolean): Handled {
    const vectors = decodeInventoryVectors(payload);
    if (vectors.fault) from.fault('malformed');
    if (vectors.count > INVENTORY_SLICE) return this.#offerInSlices(from, vectors, stem);
    this.#offer(from, vectors.hashes, stem);
    return undefined;
  }

  async #offerInSlices(from: Connection, vectors: InventoryVectors, stem: boolean): Promise<void> {
    for (let start = 0; start < vectors.count && from.established; start += INVENTORY_SLICE) {
      this.#offer(from, vectors.slice(start, start + INVENTORY_SLICE), stem);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #offer(from: Connection, hashes: readonly Uint8Array[], stem: boolean): void {
    const { announcer, downloads } = this.#deps;
    const wanted: string[] = [];
    for (const hash of hashes) {
      const key = bytesKey(hash);
      announcer.peerHas(from.id, key);
      if (this.#isWanted(from, hash, key, stem)) wanted.push(key);
    }
    from.reject('surplus-announcement', downloads.offer(from.id, wanted));
  }

  /**
   * An object in its stem phase counts as missing: a peer must not see that we have it. When it comes
   * once more, its stem phase ends.
   */
  #isWanted(from: Connection, hash: Uint8Array, key: string, stem: boolean): boolean {
    const { inventory, intake, dandelion, downloads } = this.#deps;
    if (intake.isRejected(key)) return false;
    const isStem = dandelion.isStem(key);
    if (inventory.has(hash)) return isStem;
    if (!stem) {
      dandelion.forgetExpected(key);
      return true;
    }
    // What others announced openly is public already.
    if ((downloads.has(key) && !isStem) || dandelion.expect(key, from.id)) return true;
    from.reject('surplus-stem-object');
    return false;
  }
}
