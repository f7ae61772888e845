/**
 * `npm run interop`: mail between Petrel and a real PyBitmessage on loopback, over TLS, in the eight
 * directions of docs/interop.md. Prints a line with its time for each; exit status 0 only when all
 * arrived. Then objects between four programs, and discovery on a local network. What cannot run here
 * is skipped with its reason and changes no status.
 */
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { base64, fromBase64, PetrelProcess } from '../support/petrel-process.js';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';
import { runFourPrograms } from './four-programs.js';
import { runLocalNetwork } from './local-network.js';
import { missingForPyBitmessage, PyBitmessage } from './pybitmessage.js';
import { makePetrelIdentities, makePyIdentities } from './unknown-keys.js';

/** Each step's own limit. PyBitmessage's slowest (a key request) took 37 s; announcing adds to it. */
const STEP_LIMIT_MS = 180_000;
const TTL_S = 3600;

interface Peers {
  readonly petrel: PetrelProcess;
  readonly py: PyBitmessage;
  readonly petrelAddress: string;
  readonly pyAddress: string;
}

const results: { direction: string; seconds: number }[] = [];

async function timed(direction: string, run: () => Promise<void>): Promise<void> {
  const startMs = Date.now();
  await run();
  const seconds = (Date.now() - startMs) / 1000;
  results.push({ direction, seconds });
  console.log(`ok   ${direction.padEnd(58)} ${seconds.toFixed(1).padStart(6)} s`);
}

async function pyInboxHas(py: PyBitmessage, subject: string): Promise<true | undefined> {
  const { inboxMessages } = (await py.call('getAllInboxMessages')) as {
    inboxMessages: { subject: string }[];
  };
  const found = inboxMessages.some((message) => fromBase64(message.subject) === subject);
  return found ? true : undefined;
}

async function petrelInboxHas(petrel: PetrelProcess, subject: string): Promise<true | undefined> {
  return (await petrel.inbox()).some((message) => message.subject === subject) ? true : undefined;
}

async function messages({ petrel, py, petrelAddress, pyAddress }: Peers): Promise<void> {
  let ackData = '';
  await timed('message with key request, Petrel to PyBitmessage', async () => {
    ackData = await petrel.send(pyAddress, petrelAddress, 'to py', 'Grüße', TTL_S);
    await until('message at PyBitmessage', STEP_LIMIT_MS, () => pyInboxHas(py, 'to py'));
  });
  await timed('  its acknowledgement back to Petrel', async () => {
    await until('acknowledgement at Petrel', STEP_LIMIT_MS, async () =>
      (await petrel.status(ackData)) === 'ackreceived' ? true : undefined,
    );
  });
  await timed('message with key request, PyBitmessage to Petrel', async () => {
    const params = [petrelAddress, pyAddress, base64('to petrel'), base64('Grüße'), 2, TTL_S];
    ackData = (await py.call('sendMessage', ...params)) as string;
    await until('message at Petrel', STEP_LIMIT_MS, () => petrelInboxHas(petrel, 'to petrel'));
  });
  await timed('  its acknowledgement back to PyBitmessage', async () => {
    await until('acknowledgement at PyBitmessage', STEP_LIMIT_MS, async () =>
      (await py.call('getStatus', ackData)) === 'ackreceived' ? true : undefined,
    );
  });
}

async function broadcasts({ petrel, py, petrelAddress, pyAddress }: Peers): Promise<void> {
  await petrel.call('addSubscription', pyAddress, base64('py'));
  await py.call('addSubscription', petrelAddress, base64('petrel'));
  await timed('broadcast, Petrel to PyBitmessage', async () => {
    await petrel.call('sendBroadcast', petrelAddress, base64('news from petrel'), base64('.'), 2);
    await until('broadcast at PyBitmessage', STEP_LIMIT_MS, () =>
      pyInboxHas(py, 'news from petrel'),
    );
  });
  await timed('broadcast, PyBitmessage to Petrel', async () => {
    await py.call('sendBroadcast', pyAddress, base64('news from py'), base64('.'), 2);
    await until('broadcast at Petrel', STEP_LIMIT_MS, () => petrelInboxHas(petrel, 'news from py'));
  });
}

async function chans({ petrel, py, petrelAddress, pyAddress }: Peers): Promise<void> {
  const name = base64(`interop ${Date.now()}`);
  const chan = (await petrel.call('createChan', name)) as string;
  await py.call('joinChan', name, chan);
  await timed('chan post, Petrel to PyBitmessage', async () => {
    await petrel.send(chan, petrelAddress, 'post from petrel', 'hello', TTL_S);
    await until('post at PyBitmessage', STEP_LIMIT_MS, () => pyInboxHas(py, 'post from petrel'));
  });
  await timed('chan post, PyBitmessage to Petrel', async () => {
    const params = [chan, pyAddress, base64('post from py'), base64('hello'), 2, TTL_S];
    await py.call('sendMessage', ...params);
    await until('post at Petrel', STEP_LIMIT_MS, () => petrelInboxHas(petrel, 'post from py'));
  });
}

async function run(): Promise<void> {
  const temp = createTempDir('petrel-interop');
  const home = join(temp.path, 'pybitmessage');
  const dataDir = join(temp.path, 'petrel');
  let petrel: PetrelProcess | undefined;
  let py: PyBitmessage | undefined;
  try {
    const ports: [number, number] = [await freePort(), await freePort()];
    const [petrelAddress = ''] = await makePetrelIdentities(dataDir, 1);
    const [pyAddress = ''] = await makePyIdentities({ home, port: ports[0], apiPort: ports[1] }, 1);
    const running = await PetrelProcess.start({ dataDir, settings: { 'network.dandelion': '0' } });
    petrel = running;
    const trustedPeer = `127.0.0.1:${running.port}`;
    py = await PyBitmessage.start({ home, port: ports[0], apiPort: ports[1], trustedPeer });
    await timed('connected over TLS, dialled by PyBitmessage', async () => {
      await until('connection', STEP_LIMIT_MS, async () => {
        const { inbound } = (await running.call('listConnections')) as {
          inbound: { fullyEstablished: boolean }[];
        };
        return inbound.some((peer) => peer.fullyEstablished) ? true : undefined;
      });
      if (!/"tls":true.*peer established/.test(running.output)) throw new Error('not over TLS');
    });
    const peers = { petrel: running, py, petrelAddress, pyAddress };
    await messages(peers);
    await broadcasts(peers);
    await chans(peers);
  } catch (error) {
    console.log(`fail ${error instanceof Error ? error.message : String(error)}`);
    console.log(`---- Petrel\n${petrel?.output.slice(-4000) ?? ''}`);
    console.log(`---- PyBitmessage\n${py?.log().slice(-2000) ?? ''}`);
    process.exitCode = 1;
  } finally {
    await petrel?.stop();
    await py?.stop();
    temp.remove();
  }
}

const missing = missingForPyBitmessage();
if (missing.length > 0) {
  console.log('The interoperability run needs:');
  for (const line of missing) console.log(`  ${line}`);
} else {
  await run();
}
for (const runMore of [runFourPrograms, runLocalNetwork]) {
  try {
    await runMore(timed);
  } catch (error) {
    console.log(`fail ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
console.log(
  `${results.length} passed, ${process.exitCode === 1 ? 'and something' : 'nothing'} failed`,
);
