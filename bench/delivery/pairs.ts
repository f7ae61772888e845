/**
 * Two connected nodes of one program each, for measuring how long a message takes. Asked from outside
 * only, through the APIs, every 25 ms.
 */
import { PyBitmessage } from '../../test/interop/pybitmessage.js';
import { join } from 'node:path';
import { makePetrelIdentities, makePyIdentities } from '../../test/interop/unknown-keys.js';
import { freePort } from '../../test/support/free-port.js';
import { base64, fromBase64, PetrelProcess } from '../../test/support/petrel-process.js';
import { until } from '../../test/support/until.js';

/** At full difficulty a key answer of PyBitmessage may take minutes on a busy machine. */
const LIMIT_MS = 600_000;
const POLL_MS = 25;

/** What Petrel does slowly on purpose, and test mode leaves out, but for the stem. */
export const NO_DELAYS = {
  'network.dandelion': '0',
  'network.announcedelay': '0',
  'network.antiintersection': 'false',
  'privacy.ackdelay': '0',
  'privacy.keyanswerdelay': '0',
};

export interface PairOptions {
  readonly path: string;
  /** 'Petrel' unless variants of it are compared. */
  readonly name?: string;
  /** Identities of the receiver whose keys the sender has to ask for. */
  readonly recipients: number;
  readonly body: string;
  readonly ttlS: number;
  /** 1000/1000 instead of 10/10. */
  readonly fullDifficulty: boolean;
  /** More settings of Petrel's. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A sender and a receiver that are connected. */
export interface Pair {
  readonly name: string;
  readonly recipients: readonly string[];
  send(to: string, subject: string): Promise<string>;
  arrived(subject: string): Promise<boolean>;
  acknowledged(ackData: string): Promise<boolean>;
  stop(): Promise<void>;
}

export interface Times {
  readonly inboxS: number;
  readonly ackS: number;
}

export async function petrelPair({ path, ...options }: PairOptions): Promise<Pair> {
  const recipients = await makePetrelIdentities(join(path, 'petrel-b'), options.recipients);
  const testMode = !options.fullDifficulty;
  const settings = { ...NO_DELAYS, ...options.settings };
  const b = await PetrelProcess.start({ dataDir: join(path, 'petrel-b'), settings, testMode });
  const a = await PetrelProcess.start({
    dataDir: join(path, 'petrel-a'),
    trustedPeers: [`127.0.0.1:${b.port}`],
    settings,
    testMode,
  });
  const from = await a.createAddress('sender');
  return {
    name: options.name ?? 'Petrel',
    recipients,
    send: (to, subject) => a.send(to, from, subject, options.body, options.ttlS),
    arrived: async (subject) => (await b.inbox()).some((message) => message.subject === subject),
    acknowledged: async (ackData) => (await a.status(ackData)) === 'ackreceived',
    stop: async () => {
      await Promise.all([a.stop(), b.stop()]);
    },
  };
}

/**
 * Each PyBitmessage must dial the other one to announce its objects, and none dials a host from which
 * it has a connection; every connection comes from 127.0.0.1, so they listen on other addresses.
 */
export async function pyPair({ path, ...options }: PairOptions): Promise<Pair> {
  const [portA, portB] = [await freePort(), await freePort()];
  const optionsA = { home: join(path, 'py-a'), port: portA, apiPort: await freePort() };
  const optionsB = { home: join(path, 'py-b'), port: portB, apiPort: await freePort() };
  const { fullDifficulty, body, ttlS } = options;
  const recipients = await makePyIdentities(optionsB, options.recipients);
  const [from = ''] = await makePyIdentities(optionsA, 1);
  const peerOf = (host: string, port: number): string => `${host}:${port}`;
  const [a, b] = await Promise.all([
    PyBitmessage.start({
      ...optionsA,
      fullDifficulty,
      bind: '127.0.0.2',
      trustedPeer: peerOf('127.0.0.3', portB),
    }),
    PyBitmessage.start({
      ...optionsB,
      fullDifficulty,
      bind: '127.0.0.3',
      trustedPeer: peerOf('127.0.0.2', portA),
    }),
  ]);
  await until('PyBitmessages connect', LIMIT_MS, async () => {
    const status = (await a.call('clientStatus')) as { networkConnections: number };
    return status.networkConnections >= 2 ? true : undefined;
  });
  return {
    name: 'PyBitmessage',
    recipients,
    send: async (to, subject) =>
      (await a.call('sendMessage', to, from, base64(subject), base64(body), 2, ttlS)) as string,
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

export async function measure(pair: Pair, to: string, subject: string): Promise<Times> {
  const startMs = performance.now();
  const ackData = await pair.send(to, subject);
  await holds('the message', () => pair.arrived(subject));
  const inboxS = (performance.now() - startMs) / 1000;
  await holds('its acknowledgement', () => pair.acknowledged(ackData));
  return { inboxS, ackS: (performance.now() - startMs) / 1000 };
}
