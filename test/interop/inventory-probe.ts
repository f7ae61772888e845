/** A peer that only listens: which objects does a program have? */
import { bytesKey } from '../../src/util/bytes.js';
import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { encodeVersion } from '../../src/wire/version.js';
import { RawPeer, testVersion } from '../support/raw-peer.js';
import { until } from '../support/until.js';

const CONNECT_LIMIT_MS = 60_000;
/** Not the host of any program: PyBitmessage and MiNode do not dial a host that is connected to them. */
const PROBE_HOST = '127.0.0.9';
const PACKET_LIMIT_MS = 600_000;

export class InventoryProbe {
  /** Keys of all objects that it announced. */
  readonly keys = new Set<string>();
  readonly name: string;
  readonly #peer: RawPeer;

  private constructor(name: string, peer: RawPeer) {
    this.name = name;
    this.#peer = peer;
  }

  /** Resolves when the program has accepted us. */
  static async connect(name: string, port: number): Promise<InventoryProbe> {
    const peer = await until(`connection to ${name}`, CONNECT_LIMIT_MS, () =>
      RawPeer.connect(port, PROBE_HOST).catch(() => undefined),
    );
    peer.send('version', encodeVersion(testVersion(Math.floor(Date.now() / 1000))));
    const probe = new InventoryProbe(name, peer);
    // Programs differ in the order of version and verack.
    const open = new Set(['version', 'verack']);
    while (open.size > 0) {
      const packet = await peer.next(CONNECT_LIMIT_MS);
      if (!packet) throw new Error(`${name} refused the probe`);
      open.delete(packet.command);
      if (packet.command === 'version') peer.send('verack');
    }
    void probe.#listen();
    return probe;
  }

  close(): void {
    this.#peer.close();
  }

  async #listen(): Promise<void> {
    for (;;) {
      const packet = await this.#peer.nextWithin(PACKET_LIMIT_MS);
      if (!packet) return;
      if (packet.command === 'ping') this.#peer.send('pong');
      if (packet.command !== 'inv' && packet.command !== 'dinv') continue;
      for (const hash of decodeInventoryVectors(packet.payload).hashes) {
        this.keys.add(bytesKey(hash));
      }
    }
  }
}
