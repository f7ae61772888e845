/**
 * A whole Petrel process with all of its places taken by peers that mean harm, of every kind at once:
 * its memory stays below a bound and an honest peer is served in the meantime.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { toHex } from '../../src/util/bytes.js';
import { systemClock } from '../../src/util/clock.js';
import { randomBytes } from '../../src/util/random.js';
import { encodeAddr } from '../../src/wire/addr.js';
import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { SERVICE } from '../../src/wire/limits.js';
import { encodeVersion } from '../../src/wire/version.js';
import { createEasyObject, type EasyObject } from '../support/easy-objects.js';
import { PetrelProcess } from '../support/petrel-process.js';
import { encodeOddPacket, RawPeer, testVersion } from '../support/raw-peer.js';
import { createTempDir } from '../support/temp-dir.js';
import { TEST_MODE } from '../support/wire-situation.js';

/** Resident memory of the process at its highest, everything included. */
const MEMORY_LIMIT_BYTES = 640 * 1024 * 1024;

/** Of the 200 + 20 places that there are, some are left for the honest. */
const PEERS_PER_KIND = 34;
const ROUNDS = 6;

type Kind = (peer: RawPeer, nowS: number) => void;

const PACKET_BEGIN = encodeOddPacket('filler', new Uint8Array(1_600_100)).subarray(0, 1_600_000);

/** What each kind does in each round. */
function kinds(held: readonly EasyObject[]): Record<string, Kind> {
  return {
    'announces what never comes': (peer) => peer.sendInventory('inv', ...randomHashes(50_000)),
    'asks for what is not there': (peer) => peer.sendInventory('getdata', ...randomHashes(50_000)),
    'begins a large packet': (peer) => peer.write(PACKET_BEGIN.subarray(0, 700_000)),
    'never reads': (peer) => {
      peer.socket.pause();
      peer.sendInventory('getdata', ...held.map(({ hash }) => hash));
      for (let pings = 0; pings < 1_000; pings++) peer.send('ping');
    },
    'tells addresses': (peer, nowS) => peer.send('addr', encodeAddr(randomAddresses(nowS))),
    'sends large packets': (peer) =>
      peer.write(encodeOddPacket('filler', new Uint8Array(1_600_100))),
  };
}

function randomHashes(count: number): Uint8Array[] {
  const bytes = randomBytes(count * 32);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * 32, at * 32 + 32));
}

function randomAddresses(nowS: number) {
  const bytes = randomBytes(3_000);
  return Array.from({ length: 1_000 }, (_, at) => ({
    timeS: nowS - 60,
    stream: 1,
    services: 1n,
    host: `5.${[...bytes.subarray(at * 3, at * 3 + 3)].join('.')}`,
    port: 8444,
  }));
}

/** Highest and present resident memory of a process [proc(5): status]. */
function memoryOf(pid: number): { peakBytes: number; bytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN);
  return { peakBytes: kib('VmHWM') * 1024, bytes: kib('VmRSS') * 1024 };
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}

/** Everything but announcements of other objects. */
async function nextOf(peer: RawPeer, command: string): Promise<Uint8Array> {
  for (;;) {
    const packet = await peer.next();
    assert.ok(packet, 'the honest peer was closed');
    if (packet.command === command) return packet.payload;
  }
}

/** An honest peer delivers an object and gets it back from where it was stored. */
async function assertServed(peer: RawPeer): Promise<void> {
  const { object, hash } = createEasyObject(systemClock.nowS(), { difficulty: TEST_MODE });
  peer.sendInventory('inv', hash);
  const wanted = decodeInventoryVectors(await nextOf(peer, 'getdata')).hashes.map(toHex);
  assert.deepEqual(wanted, [toHex(hash)]);
  peer.send('object', object);
  peer.send('ping');
  await nextOf(peer, 'pong');
  peer.sendInventory('getdata', hash);
  assert.deepEqual(await nextOf(peer, 'object'), object);
}

it('204 hostile peers of all kinds do not fill the memory', async (t) => {
  const dir = createTempDir('petrel-hostile');
  const petrel = await PetrelProcess.start({ dataDir: dir.path });
  const peers: RawPeer[] = [];
  try {
    const nowS = systemClock.nowS();
    const honest = await RawPeer.establish(petrel.port, nowS);
    peers.push(honest);
    const held = Array.from({ length: 20 }, () =>
      createEasyObject(nowS, { payload: randomBytes(50_000), difficulty: TEST_MODE }),
    );
    for (const { object } of held) honest.send('object', object);
    await assertServed(honest);
    t.diagnostic(`before: ${mebibytes(memoryOf(petrel.pid).bytes)}`);

    const hostile = await Promise.all(
      Object.entries(kinds(held)).map(async ([name, act]) => {
        const some: RawPeer[] = [];
        for (let count = 0; count < PEERS_PER_KIND; count++) {
          some.push(await RawPeer.establish(petrel.port, nowS));
        }
        peers.push(...some);
        return { name, act, some };
      }),
    );
    for (let round = 0; round < ROUNDS; round++) {
      for (const { act, some } of hostile) {
        for (const peer of some) if (!peer.isClosed) act(peer, nowS);
      }
      await tlsGarbage(petrel.port, nowS);
      await assertServed(honest);
      const { bytes } = memoryOf(petrel.pid);
      t.diagnostic(`round ${round + 1}: ${mebibytes(bytes)}`);
    }
    for (const { name, some } of hostile) {
      const closed = some.filter((peer) => peer.isClosed).length;
      t.diagnostic(`${name}: ${closed} of ${some.length} were closed`);
    }
    const { peakBytes } = memoryOf(petrel.pid);
    t.diagnostic(`highest: ${mebibytes(peakBytes)}`);
    assert.ok(peakBytes < MEMORY_LIMIT_BYTES, mebibytes(peakBytes));
    assert.equal(petrel.running, true);
  } finally {
    for (const peer of peers) peer.close();
    await petrel.stop();
    dir.remove();
  }
});

async function tlsGarbage(port: number, nowS: number): Promise<void> {
  const peer = await RawPeer.connect(port);
  const services = SERVICE.network | SERVICE.tls;
  peer.send('version', encodeVersion(testVersion(nowS, { services })));
  await peer.expect('verack');
  await peer.expect('version');
  peer.send('verack');
  peer.socket.removeAllListeners('data').resume().write(randomBytes(5_000));
  await peer.closed;
}
