import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionMemory, type MemoryHolder } from '../../src/network/connection-memory.js';
import {
  MAX_HELD_BYTES,
  MAX_UNSENT_BYTES,
  MIN_SEND_SHARE_BYTES,
  SEND_HIGH_WATER_BYTES,
} from '../../src/network/limits.js';

const PACKET_BYTES = 1_600_000;

describe('memory of all connections', () => {
  it('makes the one give way that waits longest', () => {
    const memory = new ConnectionMemory(() => 100);
    const gone: number[] = [];
    const holders = Array.from({ length: 60 }, (_, at): MemoryHolder => ({
      giveWay: () => void gone.push(at),
    }));
    const room = Math.floor(MAX_HELD_BYTES / PACKET_BYTES);
    for (const holder of holders.slice(0, room)) memory.hold(holder, PACKET_BYTES);
    assert.deepEqual(gone, []);
    // The first one gets the rest of its packet, and begins another.
    const [first] = holders;
    assert.ok(first);
    memory.hold(first, 0);
    memory.hold(first, PACKET_BYTES);
    for (const holder of holders.slice(room, room + 2)) memory.hold(holder, PACKET_BYTES);
    assert.deepEqual(gone, [1, 2]);
    assert.equal(memory.heldBytes, room * PACKET_BYTES);
  });

  it('does not count what is small', () => {
    const memory = new ConnectionMemory(() => 1);
    const holder = { giveWay: () => assert.fail() };
    memory.hold(holder, 65_536);
    assert.equal(memory.heldBytes, 0);
  });

  it('shares what may wait to be sent', () => {
    let connections = 8;
    const memory = new ConnectionMemory(() => connections);
    assert.equal(memory.sendShareBytes, SEND_HIGH_WATER_BYTES);
    connections = 200;
    assert.equal(memory.sendShareBytes, Math.floor(MAX_UNSENT_BYTES / 200));
    connections = 10_000;
    assert.equal(memory.sendShareBytes, MIN_SEND_SHARE_BYTES);
  });
});
