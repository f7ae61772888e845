/** Does to a node of ours what was done to PyBitmessage in a recording, and says what came of it. */
import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { inventoryHash } from '../../src/objects/object.js';
import { concatBytes, toHex } from '../../src/util/bytes.js';
import { randomBytes } from '../../src/util/random.js';
import { PACKET_HEADER_BYTES } from '../../src/wire/limits.js';
import { encodePacket } from '../../src/wire/packet.js';
import { decodeVersion, encodeVersion } from '../../src/wire/version.js';
import { encodeVarint } from '../../src/wire/writer.js';
import type { FakeClock } from './fake-clock.js';
import type { NetworkNode } from './network-node.js';
import { encodeOddPacket, RawPeer, testVersion } from './raw-peer.js';
import { packetWords, type RecordedEvent, type WireRecording } from './wire-recording.js';

const MS_PER_S = 1_000;

/** Announcements and the ends of stem phases take that long at most. */
const PATIENCE_S = 250;

/** Turns of the event loop per second of the fake clock: what falls due reaches the socket. */
const TURNS_PER_STEP = 3;

export interface PlayOptions {
  /** Node and clock of it; the clock shows about the time of the recording. */
  readonly node: NetworkNode;
  readonly clock: FakeClock;
  /** Words that each connection is to hear; a last `closed` is the end of it. */
  readonly expected: readonly (readonly string[])[];
}

/** One scripted connection. */
class Player {
  readonly peer: RawPeer;
  readonly words: string[] = [];
  readonly #options: PlayOptions;
  /** Time since its begin, as far as it was played. */
  #atS = 0;
  #sentBytes = 0;
  #tls: string | undefined;
  /** Nonce of the node's `version`. */
  nonce: Uint8Array | undefined;

  constructor(peer: RawPeer, options: PlayOptions) {
    this.peer = peer;
    this.#options = options;
  }

  async play(events: readonly RecordedEvent[], scenario: string): Promise<void> {
    for (const event of events) {
      await this.#until(event.timeS);
      if (event.kind !== 'sent' || this.peer.isClosed) continue;
      const bytes = restored(event, scenario, this.#options.clock.nowS());
      await this.send(bytes);
      const isVersion = commandOf(bytes) === 'version';
      if (isVersion && this.#tls === undefined) await this.#take(2);
      if (commandOf(bytes) === 'verack' && this.#tls === undefined) await this.#secure(scenario);
    }
  }

  async send(bytes: Uint8Array): Promise<void> {
    this.#sentBytes += bytes.length;
    this.peer.write(bytes);
    if (this.#tls !== 'yes') await this.#received();
  }

  /** Hears what is to come, no longer than it may take, and then makes sure that nothing else does. */
  async finish(expected: readonly string[]): Promise<void> {
    const isToClose = expected.at(-1) === 'closed';
    const count = expected.length - (isToClose ? 1 : 0);
    for (let left = PATIENCE_S; left > 0; left--) {
      const isComplete = this.words.length + this.peer.waiting >= count;
      if (isComplete && (!isToClose || this.peer.isClosed)) break;
      await this.#until(this.#atS + 1);
      for (let turns = 0; turns < TURNS_PER_STEP; turns++) await turn();
    }
    await this.#take(count);
    if (isToClose || this.peer.isClosed) {
      for (let packet = await this.peer.next(); packet; packet = await this.peer.next()) {
        this.words.push(packetWords(packet));
      }
      this.words.push('closed');
    } else {
      for (const packet of await this.peer.sync()) this.words.push(packetWords(packet));
    }
  }

  async #until(timeS: number): Promise<void> {
    if (timeS > this.#atS) await this.#options.clock.advance((timeS - this.#atS) * MS_PER_S);
    this.#atS = Math.max(this.#atS, timeS);
  }

  /** Waits until so many words were heard, or the end. */
  async #take(count: number): Promise<void> {
    while (this.words.length < count) {
      const packet = await this.peer.next();
      if (!packet) return;
      if (packet.command === 'version') this.nonce = decodeVersion(packet.payload).nonce;
      this.words.push(packetWords(packet));
      if (packet.command === 'error') return;
    }
  }

  async #secure(scenario: string): Promise<void> {
    this.#tls = scenario.startsWith('handshake tls') ? 'yes' : 'no';
    if (this.#tls === 'no') return;
    const isCurveLacking = scenario.includes('without secp256k1');
    await this.peer.startTls(isCurveLacking ? startTlsOnP256 : undefined);
  }

  /** The node has taken everything that was sent to it, or the connection is gone. */
  async #received(): Promise<void> {
    const { port } = this.peer;
    while (!this.peer.isClosed) {
      const mine = this.#options.node.network.connections().find((one) => one.port === port);
      if (mine && mine.receivedBytes >= this.#sentBytes) return;
      await turn();
    }
  }
}

/** @returns what each connection heard */
export async function play(recording: WireRecording, options: PlayOptions): Promise<string[][]> {
  const { scenario, connections } = recording;
  const players: Player[] = [];
  const open = async (): Promise<Player> => {
    const player = new Player(await RawPeer.connect(options.node.network.port), options);
    players.push(player);
    return player;
  };
  const isOneByOne = scenario.startsWith('object push');
  const first = await open();
  const [one = [], two] = connections;
  const handshake = isOneByOne ? one.length : 1 + one.findIndex((event) => isVerack(event));
  await first.play(one.slice(0, handshake), scenario);
  if (two && scenario !== 'self nonce') {
    const second = await open();
    const after = isOneByOne ? two.length : 1 + two.findIndex((event) => isVerack(event));
    await second.play(two.slice(0, after), scenario);
    await first.play(one.slice(handshake), scenario);
    await second.play(two.slice(after), scenario);
  } else {
    await first.play(one.slice(handshake), scenario);
  }
  if (options.expected.length > players.length) await sayVersionAgain(await open(), first, options);
  for (const [index, player] of players.entries()) {
    await player.finish(options.expected[index] ?? []);
  }
  for (const { peer } of players) peer.close();
  return players.map(({ words }) => words);
}

/** The second connections that were not recorded: `version` with the node's nonce, else as before. */
async function sayVersionAgain(
  player: Player,
  first: Player,
  { node, clock, expected }: PlayOptions,
): Promise<void> {
  const isMirror = expected[1]?.[0]?.includes('myself') === true;
  assert.ok(first.nonce, `${node.network.port}: the node has told its nonce`);
  const nonce = isMirror ? first.nonce : new Uint8Array(8).fill(7);
  await player.send(encodePacket('version', encodeVersion(testVersion(clock.nowS(), { nonce }))));
}

/** Bytes as they were sent: the recording keeps only the begin of long packets. */
function restored({ bytes, isCut }: RecordedEvent, scenario: string, nowS: number): Uint8Array {
  if (!isCut) return bytes;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(16);
  if (scenario === 'inv too many') {
    return encodeOddPacket('inv', concatBytes(encodeVarint(50_001), randomBytes(50_001 * 32)));
  }
  if (scenario === 'version ua 5000+') {
    const userAgent = `/oracle:0.1/${'x'.repeat(5_988)}`;
    return encodePacket('version', encodeVersion(testVersion(nowS, { userAgent })));
  }
  return encodeOddPacket(commandOf(bytes), new Uint8Array(length));
}

function isVerack(event: RecordedEvent): boolean {
  return event.kind === 'sent' && commandOf(event.bytes) === 'verack';
}

export function commandOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(4, 16)).toString('latin1').replace(/\0+$/, '');
}

/** Keys of the objects that a recording sends, in hexadecimal; the announced ones are the same. */
export function sentObjects({ connections }: WireRecording): string[] {
  return connections
    .flat()
    .filter(({ kind, bytes }) => kind === 'sent' && commandOf(bytes) === 'object')
    .map(({ bytes }) => toHex(inventoryHash(bytes.subarray(PACKET_HEADER_BYTES))));
}

/** The right suite and not the usual curve. */
function startTlsOnP256(socket: Duplex, onSecure: () => void): Duplex {
  return connectTls(
    {
      socket,
      ciphers: 'AECDH-AES256-SHA@SECLEVEL=0',
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.2',
      ecdhCurve: 'P-256',
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    },
    onSecure,
  );
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
