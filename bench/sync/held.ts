/** A node that holds a million objects: its start, its memory, and its list for a new peer. */
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { encodeObjectWithoutNonce, withNonce } from '../../src/objects/object.js';
import { OBJECT_TYPE } from '../../src/objects/types.js';
import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { RawPeer } from '../../test/support/raw-peer.js';
import { fillDataDir, NodeProcess } from './nodes.js';

const OBJECTS = 1_000_000;
const OBJECT_BYTES = 1_024;
const HEADER_BYTES = 22;
const TTL_S = 12 * 3600;
/** Served after the list, in the order of the list: anywhere in the file. */
const SERVED = 10_000;

/** What is held was checked when it came: these have no proof of work. */
function* madeUpObjects(): Generator<Uint8Array> {
  const expiresS = Math.floor(Date.now() / 1000) + TTL_S;
  const fields = { expiresS, type: OBJECT_TYPE.msg, version: 1, stream: 1 };
  const payload = new Uint8Array(OBJECT_BYTES - HEADER_BYTES);
  for (let index = 1n; index <= OBJECTS; index++) {
    randomFillSync(payload);
    yield withNonce(index, encodeObjectWithoutNonce(fields, payload));
  }
}

export async function printHeld(path: string): Promise<void> {
  console.log(`\nheld: ${OBJECTS} objects of ${OBJECT_BYTES} bytes; writing them is not timed`);
  const dataDir = join(path, 'held');
  await fillDataDir(dataDir, madeUpObjects());
  const node = new NodeProcess({ dataDir });
  try {
    const { port, startMs } = await node.ready;
    console.log(`  start ${(startMs / 1000).toFixed(2)} s; ${await memory(node)}`);
    const beginMs = performance.now();
    const seconds = (): string => ((performance.now() - beginMs) / 1000).toFixed(2);
    const peer = await RawPeer.establish(port, Math.floor(Date.now() / 1000));
    const hashes = await takeList(peer);
    console.log(`  list of ${hashes.length} hashes after ${seconds()} s; ${await memory(node)}`);
    peer.sendInventory('getdata', ...hashes.slice(0, SERVED));
    for (let served = 0; served < SERVED;) {
      if ((await peer.next())?.command === 'object') served++;
    }
    console.log(`  ${SERVED} of them served after ${seconds()} s; ${await memory(node)}`);
    peer.close();
  } finally {
    await node.stop();
  }
}

async function takeList(peer: RawPeer): Promise<Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  while (hashes.length < OBJECTS) {
    const packet = await peer.next();
    if (!packet) throw new Error(`the list ended after ${hashes.length} hashes`);
    if (packet.command !== 'inv') continue;
    for (const hash of decodeInventoryVectors(packet.payload).hashes) hashes.push(hash);
  }
  return hashes;
}

async function memory(node: NodeProcess): Promise<string> {
  const { rssBytes, maxRssBytes, heapBytes } = await node.usage();
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return `memory ${mb(rssBytes)} MB, at most ${mb(maxRssBytes)} MB (heap ${mb(heapBytes)} MB)`;
}
