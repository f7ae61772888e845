import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Network } from '../../src/network/network.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { MemoryInventory, MemoryNodeStore } from '../support/memory-inventory.js';

function create(): Network {
  return new Network(
    { port: 0, bindHosts: ['127.0.0.1'], offline: true },
    {
      inventory: new MemoryInventory(),
      nodes: new MemoryNodeStore(),
      log: nullLog,
      clock: systemClock,
    },
  );
}

/** Handles that are being closed are gone two turns later. */
async function listeners(): Promise<number> {
  for (let turns = 2; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
}

describe('stop', () => {
  it('leaves nothing that listens', async () => {
    const network = create();
    await network.start();
    assert.equal(await listeners(), 1);
    await network.stop();
    assert.equal(await listeners(), 0);
  });

  it('may come while the network starts', async () => {
    const network = create();
    const starting = network.start();
    await network.stop();
    await starting;
    assert.equal(await listeners(), 0);
  });

  it('may come without a start', async () => {
    await create().stop();
  });
});
