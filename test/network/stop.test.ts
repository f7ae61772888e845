import { describe, it } from 'node:test';
import { Network } from '../../src/network/network.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { MemoryInventory, MemoryNodeStore } from '../support/memory-inventory.js';
import { until } from '../support/until.js';

const LIMIT_MS = 60_000;

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

/** Handles that are being closed are gone some turns later. */
async function untilListeners(count: number): Promise<void> {
  const listens = (name: string): boolean => name === 'TCPServerWrap';
  await until(`${count} listening`, LIMIT_MS, () =>
    process.getActiveResourcesInfo().filter(listens).length === count ? true : undefined,
  );
}

describe('stop', () => {
  it('leaves nothing that listens', async () => {
    const network = create();
    await network.start();
    await untilListeners(1);
    await network.stop();
    await untilListeners(0);
  });

  it('may come while the network starts', async () => {
    const network = create();
    const starting = network.start();
    await network.stop();
    await starting;
    await untilListeners(0);
  });

  it('may come without a start', async () => {
    await create().stop();
  });
});
