/**
 * Calls per second of the API: helloWorld, clientStatus, listAddresses with 340 identities and
 * getAllInboxMessageIds with 1,000 messages, by 4 clients at a time (PyBitmessage lets 5 wait), each calling one after the other. Where a PyBitmessage can
 * run (docs/interop.md) both are asked in turn in one run. Then the time to list 10,000 messages.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeWif } from '../src/crypto/wif.js';
import { randomPrivateKey } from '../src/crypto/curve.js';
import { encodeAddress } from '../src/objects/address.js';
import { openStore } from '../src/store/open-store.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';
import { randomBytes } from '../src/util/random.js';
import { missingForPyBitmessage, PyBitmessage } from '../test/interop/pybitmessage.js';
import { freePort } from '../test/support/free-port.js';
import { PetrelProcess } from '../test/support/petrel-process.js';
import { identityRecord, inboxRecord } from '../test/support/store-records.js';
import { createTempDir } from '../test/support/temp-dir.js';
import { ApiClient, requestText } from './api-client.js';

const IDENTITIES = 340;
const MESSAGES = 1_000;
const MANY_MESSAGES = 10_000;
const ROUNDS = 7;
const SLICE_MS = 500;
const CLIENTS = 4;
const METHODS = ['helloWorld', 'clientStatus', 'listAddresses', 'getAllInboxMessageIds'];

interface Identity {
  readonly address: string;
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
}

interface Contestant {
  readonly name: string;
  readonly clients: readonly ApiClient[];
  readonly request: (method: string) => Buffer;
}

/** Keys and addresses do not belong together: nothing is sent to them. */
function makeIdentities(): Identity[] {
  return Array.from({ length: IDENTITIES }, () => ({
    address: encodeAddress({ version: 4, stream: 1, ripe: randomBytes(20) }),
    signingKey: randomPrivateKey(),
    encryptionKey: randomPrivateKey(),
  }));
}

/** As chans: nobody publishes their keys while it is measured. */
async function fillPetrel(dataDir: string, ids: readonly Identity[], count: number): Promise<void> {
  const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
  const label = Buffer.from('an identity of somebody');
  await store.identities.add(
    ids.map((identity, n) => identityRecord(n, { ...identity, label, chan: true, extra: {} })),
  );
  const text = {
    subject: Buffer.from('subject'),
    body: Buffer.from('body of a message '.repeat(20)),
  };
  for (let n = 0; n < count; n++) await store.journal.commit({ inbox: inboxRecord(n, text) });
  await store.close();
}

async function fillPyBitmessage(
  options: { home: string; port: number; apiPort: number },
  identities: readonly Identity[],
): Promise<void> {
  mkdirSync(options.home, { recursive: true });
  const sections = identities.map(
    ({ address, signingKey, encryptionKey }) =>
      `[${address}]\nlabel = an identity of somebody\nenabled = true\ndecoy = false\nchan = true\n` +
      `noncetrialsperbyte = 10\npayloadlengthextrabytes = 10\n` +
      `privsigningkey = ${encodeWif(signingKey)}\nprivencryptionkey = ${encodeWif(encryptionKey)}\n`,
  );
  writeFileSync(join(options.home, 'keys.dat'), sections.join('\n'));
  await (await PyBitmessage.start(options)).stop();
  const database = new DatabaseSync(join(options.home, 'messages.dat'));
  const insert = database.prepare(
    `INSERT INTO inbox (msgid, toaddress, fromaddress, subject, received, message, folder, encodingtype, read, sighash)
     VALUES (?, ?, ?, 'subject', ?, ?, 'inbox', 2, 0, ?)`,
  );
  database.exec('BEGIN');
  for (let n = 0; n < MESSAGES; n++) {
    const { msgid, sigHash, toAddress, fromAddress, receivedS } = inboxRecord(n);
    const body = 'body of a message '.repeat(20);
    insert.run(msgid, toAddress, fromAddress, String(receivedS), body, sigHash);
  }
  database.exec('COMMIT');
  database.close();
}

async function callsPerSecond({ clients, request }: Contestant, method: string): Promise<number> {
  const text = request(method);
  const startMs = performance.now();
  let calls = 0;
  const callOn = async (client: ApiClient): Promise<void> => {
    do {
      await client.call(text);
      calls += 1;
    } while (performance.now() - startMs < SLICE_MS);
  };
  await Promise.all(clients.map(callOn));
  return (calls * 1000) / (performance.now() - startMs);
}

function makeClients(port: number, keepAlive: boolean): ApiClient[] {
  return Array.from({ length: CLIENTS }, () => new ApiClient(port, keepAlive));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function compare(contestants: readonly Contestant[]): Promise<void> {
  for (const method of METHODS) {
    const rates = contestants.map((): number[] => []);
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, contestant] of contestants.entries()) {
        const rate = await callsPerSecond(contestant, method);
        if (round > 0) rates[index]?.push(rate); // The first one warms up.
      }
    }
    const last = rates.at(-1) ?? [];
    for (const [index, { name }] of contestants.entries()) {
      const own = rates[index] ?? [];
      const ratio = median(own.map((rate, round) => rate / (last[round] ?? NaN)));
      const text = `${method.padEnd(22)} ${name.padEnd(32)} ${median(own).toFixed(0).padStart(7)}/s`;
      console.log(`${text}  ratio ${ratio.toFixed(1)}`);
    }
  }
}

async function listMany(dataDir: string): Promise<void> {
  await fillPetrel(dataDir, [], MANY_MESSAGES);
  const petrel = await PetrelProcess.start({ dataDir });
  const client = new ApiClient(petrel.apiPort, true);
  try {
    const times: number[] = [];
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const startMs = performance.now();
      bytes = await client.call(requestText('json', 'getAllInboxMessages', true));
      times.push(performance.now() - startMs);
    }
    const megabytes = (bytes / 1e6).toFixed(1);
    const worst = Math.max(...times).toFixed(0);
    console.log(
      `getAllInboxMessages with ${MANY_MESSAGES} messages (${megabytes} MB): median ${median(times).toFixed(0)} ms, worst ${worst} ms`,
    );
  } finally {
    client.close();
    await petrel.stop();
  }
}

const temp = createTempDir('petrel-bench-api');
const missing = missingForPyBitmessage();
if (missing.length > 0) console.log(`Petrel alone; PyBitmessage needs: ${missing.join('; ')}`);
const stops: (() => unknown)[] = [];
try {
  const identities = makeIdentities();
  const dataDir = join(temp.path, 'petrel');
  await fillPetrel(dataDir, identities, MESSAGES);
  const petrel = await PetrelProcess.start({ dataDir });
  stops.push(() => petrel.stop());
  const contestants: Contestant[] = [true, false].map((keepAlive) => ({
    name: keepAlive ? 'Petrel, connections kept' : 'Petrel, a connection per call',
    clients: makeClients(petrel.apiPort, keepAlive),
    request: (method) => requestText('json', method, keepAlive),
  }));
  if (missing.length === 0) {
    const options = {
      home: join(temp.path, 'py'),
      port: await freePort(),
      apiPort: await freePort(),
    };
    await fillPyBitmessage(options, identities);
    const py = await PyBitmessage.start(options);
    stops.push(() => py.stop());
    contestants.push({
      name: 'PyBitmessage',
      clients: makeClients(options.apiPort, false),
      request: (method) => requestText('legacy', method, false),
    });
  }
  stops.push(() =>
    contestants.forEach(({ clients }) => clients.forEach((client) => client.close())),
  );
  await compare(contestants);
  await listMany(join(temp.path, 'many'));
} finally {
  for (const stop of stops.reverse()) await stop();
  temp.remove();
}
