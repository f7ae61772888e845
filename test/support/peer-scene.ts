/** Nodes and scripted peers on loopback that a test file starts and stops together. */
import assert from 'node:assert/strict';
import type { NetworkOptions } from '../../src/network/options.js';
import { toHex } from '../../src/util/bytes.js';
import { systemClock } from '../../src/util/clock.js';

import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';

import { type Packet } from '../../src/wire/packet.js';

import { startNetworkNode, type NetworkNode } from './network-node.js';
import { RawPeer } from './raw-peer.js';

/** Time of the real clock when the test file began. */
export const nowS = systemClock.nowS();
/** What is to be stopped at the end, the last first. */
export const stops: (() => unknown)[] = [];

/** A node that is stopped with {@link stopAll}. */
export async function start(options: Partial<NetworkOptions> = {}): Promise<NetworkNode> {
  const node = await startNetworkNode(options);
  stops.push(() => node.network.stop());
  return node;
}

type EstablishOptions = Parameters<typeof RawPeer.establish>[2];

/** A peer that has been through the handshake. */
export async function establish(node: NetworkNode, options?: EstablishOptions): Promise<RawPeer> {
  const peer = await RawPeer.establish(node.network.port, nowS, options);
  stops.push(() => peer.close());
  return peer;
}

/** A peer that has said nothing yet. */
export async function connect(node: NetworkNode, from?: string): Promise<RawPeer> {
  const peer = await RawPeer.connect(node.network.port, from);
  stops.push(() => peer.close());
  return peer;
}

/** The hashes in a packet of that command. */
export function hexes(packet: Packet | undefined, command: string): string[] {
  assert.equal(packet?.command, command);
  return decodeInventoryVectors(packet.payload).hashes.map(toHex);
}

/** Stops everything that was started here; for `after`. */
export async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}
