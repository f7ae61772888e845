/**
 * Petrel in the middle, PyBitmessage, MiNode and notbit around it, at full difficulty: an object made
 * by each of them reaches all others. Part of `npm run interop`.
 */
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { base64, PetrelProcess } from '../support/petrel-process.js';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';
import { InventoryProbe } from './inventory-probe.js';
import { missingForMiNode, startMiNode } from './minode.js';
import { missingForNotbit, Notbit } from './notbit.js';
import { missingForPyBitmessage, PyBitmessage } from './pybitmessage.js';

/** Full proof of work on a busy machine, anti-intersection delays of 20 s, a request repeated after 60 s. */
const STEP_LIMIT_MS = 300_000;
const TTL_S = 3_600;
/** Somebody whose key nobody has. */
const STRANGER = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';

/** A running program: how it is made to publish something, and how it is stopped. */
interface Program {
  readonly name: string;
  readonly port: number;
  publish(): Promise<void>;
  stop(): Promise<void>;
  output(): string;
  /** Established connections, of Petrel. */
  peers?(): Promise<number>;
}

/** @param timed prints how long a step took */
export async function runFourPrograms(
  timed: (what: string, run: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const temp = createTempDir('petrel-four');
  const programs: Program[] = [];
  const probes: InventoryProbe[] = [];
  try {
    await startAll(temp.path, programs);
    await timed(`${programs.length - 1} programs connected to Petrel`, () => connected(programs));
    for (const { name, port } of programs) probes.push(await InventoryProbe.connect(name, port));
    for (const program of programs) {
      await timed(`object of ${program.name} at all ${programs.length}`, () =>
        spread(program, probes),
      );
    }
  } catch (error) {
    for (const one of programs) console.log(`---- ${one.name}\n${one.output().slice(-2_000)}`);
    throw error;
  } finally {
    for (const probe of probes) probe.close();
    await Promise.all(programs.map((program) => program.stop()));
    temp.remove();
  }
}

/** Petrel, the first one, dials some and is dialled by others. */
async function connected([petrel, ...others]: readonly Program[]): Promise<void> {
  await until(`${others.length} connections`, STEP_LIMIT_MS, async () =>
    (await petrel?.peers?.()) === others.length ? true : undefined,
  );
}

/** What its maker alone had at first, all have at last. */
async function spread(program: Program, probes: readonly InventoryProbe[]): Promise<void> {
  const before = new Set(probes.flatMap(({ keys }) => [...keys]));
  const own = probes.find(({ name }) => name === program.name);
  await program.publish();
  const key = await until(`${program.name} announces its object`, STEP_LIMIT_MS, () =>
    [...(own?.keys ?? [])].find((one) => !before.has(one)),
  );
  let lacking: string[] = [];
  await until('the object at all others', STEP_LIMIT_MS, () => {
    lacking = probes.filter(({ keys }) => !keys.has(key)).map(({ name }) => name);
    return lacking.length === 0 ? true : undefined;
  }).catch((error: unknown) => {
    throw new Error(`still without it: ${lacking.join(', ')}`, { cause: error });
  });
}

/** Adds each program when it runs, so that all of them are stopped if a later one fails. */
async function startAll(path: string, programs: Program[]): Promise<void> {
  const ports = await freePorts();
  const petrel = await PetrelProcess.start({
    dataDir: join(path, 'petrel'),
    testMode: false,
    port: ports.petrel,
    // It dials notbit; PyBitmessage and MiNode dial it.
    ...(missingForNotbit().length === 0 && { trustedPeers: [`127.0.0.1:${ports.notbit}`] }),
    settings: { 'network.dandelion': '0' },
  });
  const middle = `127.0.0.1:${petrel.port}`;
  programs.push(petrelProgram(petrel));
  if (isThere('PyBitmessage', missingForPyBitmessage())) {
    const home = join(path, 'pybitmessage');
    const options = { home, port: ports.py, apiPort: ports.pyApi, fullDifficulty: true };
    const py = await PyBitmessage.start({ ...options, trustedPeer: middle });
    programs.push(pyProgram(py, ports.py));
  }
  if (isThere('MiNode', missingForMiNode())) {
    const minode = startMiNode(join(path, 'minode'), ports.minode, middle);
    programs.push({
      name: 'MiNode',
      port: ports.minode,
      publish() {
        minode.tell('publish');
        return Promise.resolve();
      },
      stop: () => minode.stop(),
      output: () => minode.output,
    });
  }
  if (isThere('notbit', missingForNotbit())) {
    const notbit = new Notbit(join(path, 'notbit'), ports.notbit, `127.0.0.1:${ports.nobody}`);
    programs.push(notbitProgram(notbit, ports.notbit));
  }
}

async function freePorts(): Promise<
  Record<'petrel' | 'py' | 'pyApi' | 'minode' | 'notbit' | 'nobody', number>
> {
  return {
    petrel: await freePort(),
    py: await freePort(),
    pyApi: await freePort(),
    minode: await freePort(),
    notbit: await freePort(),
    nobody: await freePort(),
  };
}

function isThere(name: string, missing: readonly string[]): boolean {
  for (const line of missing) console.log(`skip ${name}: ${line}`);
  return missing.length === 0;
}

function petrelProgram(petrel: PetrelProcess): Program {
  return {
    name: 'Petrel',
    port: petrel.port,
    async publish() {
      const chan = (await petrel.call('createChan', base64('petrel chan'))) as string;
      await petrel.send(chan, chan, 'from petrel', 'body', TTL_S);
    },
    async stop() {
      await petrel.stop();
    },
    output: () => petrel.output,
    async peers() {
      const status = (await petrel.call('clientStatus')) as { networkConnections: number };
      return status.networkConnections;
    },
  };
}

function pyProgram(py: PyBitmessage, port: number): Program {
  return {
    name: 'PyBitmessage',
    port,
    async publish() {
      // A chan publishes no key of its own: the message is all there is.
      const chan = (await py.call('createChan', base64('py chan'))) as string;
      await py.call('sendMessage', chan, chan, base64('from py'), base64('body'), 2, TTL_S);
    },
    stop: () => py.stop(),
    output: () => py.log(),
  };
}

function notbitProgram(notbit: Notbit, port: number): Program {
  return {
    name: 'notbit',
    port,
    publish() {
      notbit.send(notbit.createAddress(), STRANGER);
      return Promise.resolve();
    },
    stop: () => notbit.stop(),
    output: () => notbit.output,
  };
}
