/**
 * `npm run interop:takeover` (or, after `--`, the numbers of single schema versions, or
 * `mail` for what is no schema version): directories that Petrel took over and gave back, before a real PyBitmessage.
 * It starts on each export and its API must list the same as on the source; it upgrades messages.dat of
 * every old schema version, and Petrel must take the same from the file before and after; a message that it
 * sends to an imported identity must arrive. Without PYBITMESSAGE_DIR or python 2.7 it says what it
 * needs and ends with status 0.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../src/store/open-store.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog } from '../../src/util/log.js';
import { runCli } from '../support/cli-process.js';
import { freePort } from '../support/free-port.js';
import { base64, PetrelProcess } from '../support/petrel-process.js';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';
import { projectRoot } from '../support/vectors.js';
import { changeMessages } from '../takeover/data-dirs.js';
import { OLD_VERSIONS, writeOldMessages } from '../takeover/old-directories.js';
import { missingForPyBitmessage, PyBitmessage } from './pybitmessage.js';

const SAMPLES = fileURLToPath(new URL('test/vectors/pybitmessage-datadirs/', projectRoot));
const LISTS = [
  'getAllInboxMessages',
  'getAllSentMessages',
  'listAddresses2',
  'listSubscriptions',
  'listAddressBookEntries',
];
/**
 * Public keys in files of these versions end PyBitmessage's upgrade: it hands their raw bytes to a function
 * of its own as text, which Python 2 cuts at the first zero byte [class_sqlThread.py:create_function].
 */
const KEYS_NOT_UPGRADED = [8, 9];
/** What the recorded directories lack. */
const ADDITIONS = `
  UPDATE inbox SET folder = 'trash', read = 1 WHERE rowid = 1;
  UPDATE inbox SET read = 1, subject = '50 % é' WHERE rowid = 2;
  UPDATE sent SET folder = 'trash' WHERE rowid = 2;
  INSERT INTO addressbook VALUES ('Zoë ; 5 %', 'BM-2cXqjme7DrtTf3xEdgZenP4qZA8X9Z6H99');
  INSERT INTO addressbook VALUES ('', 'BM-2D9cr5SCrqsyeqYTnVsEec5RetrofftbWr');
  UPDATE subscriptions SET enabled = 0 WHERE rowid = 1`;
const MESSAGE_LIMIT_MS = 180_000;

async function startPy(home: string, trustedPeer?: string): Promise<PyBitmessage> {
  const ports = { port: await freePort(), apiPort: await freePort() };
  return PyBitmessage.start({ home, ...ports, ...(trustedPeer !== undefined && { trustedPeer }) });
}

async function apiLists(home: string): Promise<unknown[]> {
  const py = await startPy(home);
  try {
    const lists: unknown[] = [];
    for (const method of LISTS) lists.push(await py.call(method));
    return lists;
  } finally {
    await py.stop();
  }
}

async function petrel(...args: string[]): Promise<void> {
  const { status, out, err } = await runCli(args);
  assert.equal(status, 0, out + err);
}

async function sameLists(work: string, name: string): Promise<void> {
  const [source, data, back] = ['source', 'data', 'back'].map((kind) => join(work, name + kind));
  assert.ok(source && data && back);
  cpSync(join(SAMPLES, name), source, { recursive: true });
  changeMessages(source, ADDITIONS);
  const keys = join(source, 'keys.dat');
  const labelled = readFileSync(keys, 'utf8').replace('label = addr', 'label = 100%% é # addr');
  writeFileSync(keys, labelled);
  await petrel('import', source, '--data-dir', data);
  await petrel('export', '--to', back, '--data-dir', data);
  const [expected, found] = [await apiLists(source), await apiLists(back)];
  assert.deepEqual(found, expected);
  const counts = expected.map((list) => Object.values(list as object)[0] as unknown[]);
  console.log(
    `ok   sample ${name}: the API lists the same (${counts.map((c) => c.length).join(', ')})`,
  );
}

/** What Petrel takes from a directory, without what depends on the time of the import. */
async function taken(directory: string, dataDir: string): Promise<unknown> {
  await petrel('import', directory, '--data-dir', dataDir);
  const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
  try {
    return {
      inbox: (await store.mailBulk.readInbox(0, 100)).rows,
      sent: (await store.mailBulk.readSent(0, 100)).rows,
      contacts: await store.contacts.list(),
      subscriptions: await store.subscriptions.list(),
      blacklist: await store.blacklist.list(),
      whitelist: await store.whitelist.list(),
      pubkeys: (await store.networkBulk.readPubkeys(0, 100)).rows,
    };
  } finally {
    await store.close();
  }
}

async function sameUpgrade(work: string, version: number): Promise<void> {
  const home = join(work, `version-${version}`);
  const sample = join(SAMPLES, 'A');
  mkdirSync(home);
  cpSync(join(sample, 'keys.dat'), join(home, 'keys.dat'));
  writeOldMessages(home, version, KEYS_NOT_UPGRADED.includes(version) ? undefined : sample);
  const before = await taken(home, join(work, `before-${version}`));
  const py = await startPy(home);
  await py.stop();
  rmSync(join(home, 'singleton.lock'), { force: true });
  assert.deepEqual(before, await taken(home, join(work, `after-${version}`)));
  console.log(`ok   schema version ${version}: the same before and after PyBitmessage's upgrade`);
}

async function delivery(work: string): Promise<void> {
  const dataDir = join(work, 'receiver');
  await petrel('import', join(SAMPLES, 'A'), '--data-dir', dataDir);
  const node = await PetrelProcess.start({
    dataDir,
    settings: { 'network.dandelion': '0', 'bitmessagesettings.trustedpeer': '' },
  });
  const home = join(work, 'sender');
  cpSync(join(work, 'Bback'), home, { recursive: true });
  const py = await startPy(home, `127.0.0.1:${node.port}`);
  try {
    const [to, from] = [
      'BM-2cVXjKsS56nKo7MDiCs2NHVGkFihLeFZFQ',
      'BM-2cXqjme7DrtTf3xEdgZenP4qZA8X9Z6H99',
    ];
    const refused = await runCli(['import', home, '--data-dir', join(work, 'refused')]);
    assert.match(refused.err, /is running on/);
    console.log('ok   a directory on which PyBitmessage runs is refused');
    await py.call('sendMessage', to, from, base64('to the imported'), base64('hello'), 2, 3600);
    await until('the message arrives', MESSAGE_LIMIT_MS, async () =>
      (await node.inbox()).some(({ subject }) => subject === 'to the imported') ? true : undefined,
    );
    console.log('ok   a message from an exported to an imported identity arrived');
  } finally {
    await py.stop();
    await node.stop();
  }
}

const missing = missingForPyBitmessage();
if (missing.length > 0) {
  console.log(`nothing run:\n${missing.map((line) => `  ${line}`).join('\n')}`);
} else {
  const work = createTempDir('petrel-takeover');
  try {
    const only = process.argv.slice(2).map(Number);
    if (only.length === 0 || only.includes(NaN)) {
      for (const name of ['A', 'B', 'D']) await sameLists(work.path, name);
      await delivery(work.path);
    }
    for (const version of OLD_VERSIONS) {
      if (only.length === 0 || only.includes(version)) await sameUpgrade(work.path, version);
    }
  } finally {
    work.remove();
  }
}
