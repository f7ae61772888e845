/**
 * Time from sendMessage to the recipient's inbox and to `ackreceived`, between two processes on loopback
 * at 10/10 difficulty, first with the key unknown, then known. Dandelion off, privacy delays zero. Where
 * a PyBitmessage can run (docs/interop.md), a pair of them is measured in the same run, in turn.
 * Reads from outside only: the APIs of both programs, asked every 25 ms.
 */
import { join } from 'node:path';
import { missingForPyBitmessage, PyBitmessage } from '../test/interop/pybitmessage.js';
import { makePetrelIdentities, makePyIdentities } from '../test/interop/unknown-keys.js';
import { freePort } from '../test/support/free-port.js';
import { base64, fromBase64, PetrelProcess } from '../test/support/petrel-process.js';
import { createTempDir } from '../test/support/temp-dir.js';
import { until } from '../test/support/until.js';

const PRIVACY = process.argv.includes('--privacy');
/** A stem takes up to minutes. */
const ROUNDS = PRIVACY ? 3 : 5;
const LIMIT_MS = 240_000;
const TTL_S = 3600;
const POLL_MS = 25;

/** A sender and a receiver that are connected. */
interface Pair {
  readonly name: string;
  readonly recipients: readonly string[];
  send(to: string, subject: string): Promise<string>;
  arrived(subject: string): Promise<boolean>;
  acknowledged(ackData: string): Promise<boolean>;
  stop(): Promise<void>;
}

interface Times {
  readonly inboxS: number;
  readonly ackS: number;
}

async function petrelPair(
  path: string,
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<Pair> {
  const recipients = await makePetrelIdentities(join(path, `${name}-b`), ROUNDS);
  const b = await PetrelProcess.start({ dataDir: join(path, `${name}-b`), settings });
  const a = await PetrelProcess.start({
    dataDir: join(path, `${name}-a`),
    trustedPeers: [`127.0.0.1:${b.port}`],
    settings,
  });
  const from = await a.createAddress('sender');
  return {
    name,
    recipients,
    send: (to, subject) => a.send(to, from, subject, 'body', TTL_S),
    arrived: async (subject) => (await b.inbox()).some((message) => message.subject === subject),
    acknowledged: async (ackData) => (await a.status(ackData)) === 'ackreceived',
    stop: async () => {
      await Promise.all([a.stop(), b.stop()]);
    },
  };
}

const STEM_OFF = { 'network.dandelion': '0' };
const DELAYS_ON = {
  'network.announcedelay': '2',
  'network.antiintersection': 'true',
  'privacy.ackdelay': '30',
  'privacy.keyanswerdelay': '30',
};

/** What privacy costs: `--privacy` measures these instead of the comparison. */
const PRIVACY_VARIANTS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['neither', STEM_OFF],
  ['delays', { ...STEM_OFF, ...DELAYS_ON }],
  ['stem', { 'network.dandelion': '90' }],
  ['both', { 'network.dandelion': '90', ...DELAYS_ON }],
];

async function startPairs(path: string, pairs: Pair[]): Promise<void> {
  if (PRIVACY) {
    for (const [name, settings] of PRIVACY_VARIANTS) {
      pairs.push(await petrelPair(path, name, settings));
    }
    return;
  }
  pairs.push(await petrelPair(path, 'Petrel', STEM_OFF));
  const missing = missingForPyBitmessage();
  if (missing.length === 0) pairs.push(await pyPair(path));
  else console.log(`Petrel alone; PyBitmessage needs: ${missing.join('; ')}`);
}

/**
 * Each PyBitmessage must dial the other one to announce its objects, and none dials a host from which
 * it has a connection; every connection comes from 127.0.0.1, so they listen on other addresses.
 */
async function pyPair(path: string): Promise<Pair> {
  const [portA, portB] = [await freePort(), await freePort()];
  const optionsA = { home: join(path, 'py-a'), port: portA, apiPort: await freePort() };
  const optionsB = { home: join(path, 'py-b'), port: portB, apiPort: await freePort() };
  const recipients = await makePyIdentities(optionsB, ROUNDS);
  const [from = ''] = await makePyIdentities(optionsA, 1);
  const peerOf = (host: string, port: number): string => `${host}:${port}`;
  const [a, b] = await Promise.all([
    PyBitmessage.start({ ...optionsA, bind: '127.0.0.2', trustedPeer: peerOf('127.0.0.3', portB) }),
    PyBitmessage.start({ ...optionsB, bind: '127.0.0.3', trustedPeer: peerOf('127.0.0.2', portA) }),
  ]);
  await until('PyBitmessages connect', LIMIT_MS, async () => {
    const status = (await a.call('clientStatus')) as { networkConnections: number };
    return status.networkConnections >= 2 ? true : undefined;
  });
  return {
    name: 'PyBitmessage',
    recipients,
    send: async (to, subject) =>
      (await a.call('sendMessage', to, from, base64(subject), base64('body'), 2, TTL_S)) as string,
    arrived: async (subject) => {
      const { inboxMessages } = (await b.call('getAllInboxMessages')) as {
        inboxMessages: { subject: string }[];
      };
      return inboxMessages.some((message) => fromBase64(message.subject) === subject);
    },
    acknowledged: async (ackData) => (await a.call('getStatus', ackData)) === 'ackreceived',
    stop: async () => {
      await Promise.all([a.stop(), b.stop()]);
    },
  };
}

async function holds(what: string, ask: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  while (!(await ask())) {
    if (performance.now() > endMs) throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function measure(pair: Pair, to: string, subject: string): Promise<Times> {
  const startMs = performance.now();
  const ackData = await pair.send(to, subject);
  await holds('the message', () => pair.arrived(subject));
  const inboxS = (performance.now() - startMs) / 1000;
  await holds('its acknowledgement', () => pair.acknowledged(ackData));
  return { inboxS, ackS: (performance.now() - startMs) / 1000 };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function printRow(name: string, kind: string, times: readonly Times[]): void {
  const inboxS = median(times.map((time) => time.inboxS)).toFixed(2);
  const ackS = median(times.map((time) => time.ackS)).toFixed(2);
  console.log(`${name.padEnd(14)} key ${kind.padEnd(8)} inbox ${inboxS} s, ackreceived ${ackS} s`);
}

const temp = createTempDir('petrel-delivery');
const pairs: Pair[] = [];
try {
  await startPairs(temp.path, pairs);
  const unknown = new Map<Pair, Times[]>(pairs.map((pair) => [pair, []]));
  const known = new Map<Pair, Times[]>(pairs.map((pair) => [pair, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, table] of [
      ['unknown', unknown],
      ['known', known],
    ] as const) {
      const measureOne = async (pair: Pair): Promise<void> => {
        const times = await measure(pair, pair.recipients[round] ?? '', `${kind} ${round}`);
        table.get(pair)?.push(times);
      };
      // Programs are compared in turn; variants of one program mostly wait and may wait together.
      if (PRIVACY) await Promise.all(pairs.map(measureOne));
      else for (const pair of pairs) await measureOne(pair);
    }
  }
  console.log(`medians of ${ROUNDS} rounds`);
  for (const pair of pairs) {
    printRow(pair.name, 'unknown', unknown.get(pair) ?? []);
    printRow(pair.name, 'known', known.get(pair) ?? []);
  }
} finally {
  await Promise.all(pairs.map((pair) => pair.stop()));
  temp.remove();
}
