/**
 * Identities whose keys nobody has. Both programs publish the key of a new identity, so the node is
 * stopped and what it published is thrown away; the other side must then ask for the key.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { base64, PetrelProcess } from '../support/petrel-process.js';
import { until } from '../support/until.js';
import { PyBitmessage, type PyBitmessageOptions } from './pybitmessage.js';

/** PyBitmessage's worker starts 10 s late, then takes a few seconds for each key. */
const PUBLISH_LIMIT_MS = 120_000;

const LONG_AGO_S = 60 * 86_400;

/** Makes `count` identities in a new PyBitmessage home and stops the node; their addresses. */
export async function makePyIdentities(
  options: PyBitmessageOptions,
  count: number,
): Promise<string[]> {
  const py = await PyBitmessage.start(options);
  const addresses: string[] = [];
  const settings = join(options.home, 'keys.dat');
  try {
    for (let made = 0; made < count; made++) {
      addresses.push((await py.call('createRandomAddress', base64(`identity ${made}`))) as string);
    }
    await until('PyBitmessage publishes its keys', PUBLISH_LIMIT_MS, () =>
      readFileSync(settings, 'utf8').split('lastpubkeysendtime').length > count ? true : undefined,
    );
  } finally {
    await py.stop();
  }
  const kept = readFileSync(settings, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('lastpubkeysendtime'));
  writeFileSync(settings, kept.join('\n'));
  const database = new DatabaseSync(join(options.home, 'messages.dat'));
  database.exec('DELETE FROM inventory');
  database.close();
  return addresses;
}

/** The same in a new Petrel data directory. */
export async function makePetrelIdentities(dataDir: string, count: number): Promise<string[]> {
  const petrel = await PetrelProcess.start({ dataDir });
  const addresses: string[] = [];
  try {
    for (let made = 0; made < count; made++) {
      addresses.push(await petrel.createAddress(`identity ${made}`));
    }
  } finally {
    await petrel.stop();
  }
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(join(dataDir, `network.db${suffix}`), { force: true });
  }
  const database = new DatabaseSync(join(dataDir, 'mail.db'));
  // Published so long ago that nobody has it any more: neither owed nor under the embargo of 28 days.
  const longAgoS = Math.floor(Date.now() / 1000) - LONG_AGO_S;
  database.exec('DELETE FROM outgoing');
  database.prepare('UPDATE identity SET last_pubkey_send_s = ?').run(longAgoS);
  database.close();
  return addresses;
}
