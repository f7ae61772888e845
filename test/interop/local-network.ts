/**
 * Petrel and PyBitmessage find each other on a local network, without knowing any address: two network
 * namespaces with a cable between them. Part of `npm run interop`.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';
import { createNamespaces, inNamespace, type NamespaceEnd } from './namespaces.js';
import { missingForPyBitmessage, PyBitmessage } from './pybitmessage.js';

/** Announcements come once a minute; PyBitmessage waits up to ten seconds more. */
const STEP_LIMIT_MS = 150_000;
const PORT = 8444;
const program = fileURLToPath(new URL('lan-node.js', import.meta.url));
const routerProgram = fileURLToPath(new URL('router.js', import.meta.url));

type Timed = (what: string, run: () => Promise<void>) => Promise<void>;

export async function runLocalNetwork(timed: Timed): Promise<void> {
  const namespaces = createNamespaces();
  if (typeof namespaces === 'string') {
    console.log(`skip local network: needs two network namespaces: ${namespaces}`);
    return;
  }
  const missing = missingForPyBitmessage();
  for (const line of missing) console.log(`skip local network: ${line}`);
  const [a, b] = namespaces.ends;
  try {
    await timed('Petrel finds Petrel by broadcast', () =>
      withNode(a, false, () =>
        withNode(b, true, (output) => found(output, 'outbound', a, 'Petrel')),
      ),
    );
    for (const kind of ['PCP', 'NAT-PMP']) {
      await timed(`a router forwards the port by ${kind}, and no longer when asked`, () =>
        forwarded(kind, a, b),
      );
    }
    if (missing.length > 0) return;
    await timed('Petrel finds PyBitmessage by broadcast', () =>
      withPyBitmessage(b, false, () =>
        withNode(a, true, (output) => found(output, 'outbound', b, 'PyBitmessage')),
      ),
    );
    await timed('PyBitmessage finds Petrel by broadcast', () =>
      withPyBitmessage(b, true, () =>
        withNode(a, false, (output) => found(output, 'inbound', b, 'PyBitmessage')),
      ),
    );
  } finally {
    namespaces.remove();
  }
}

/** The router is the default route of the other end. */
async function forwarded(kind: string, end: NamespaceEnd, routerEnd: NamespaceEnd): Promise<void> {
  await withProgram(routerEnd, [routerProgram, kind.toLowerCase()], async (said) => {
    await withProgram(end, [program, 'map'], async (_, stop) => {
      const wanted = `"by":"${kind}","externalPort":${PORT},"internalPort":${PORT},"internalHost":"${end.host}"`;
      await until('a forwarding', STEP_LIMIT_MS, () =>
        said().includes(wanted) ? true : undefined,
      );
      stop();
      await until('none', STEP_LIMIT_MS, () => (said().endsWith('[]\n') ? true : undefined));
    });
  });
}

async function found(
  output: () => string,
  direction: string,
  { host }: NamespaceEnd,
  agent: string,
): Promise<void> {
  const line = `${direction} ${host} /${agent}:`;
  await until(line, STEP_LIMIT_MS, () => (output().includes(line) ? true : undefined)).catch(
    (error: unknown) => {
      throw new Error(`${line} never came: ${output()}`, { cause: error });
    },
  );
}

function withNode(
  end: NamespaceEnd,
  dials: boolean,
  run: (output: () => string) => Promise<void>,
): Promise<void> {
  return withProgram(end, [program, dials ? 'dial' : 'wait'], run);
}

/** @param run told all that the program printed so far, and how to ask it to end */
async function withProgram(
  end: NamespaceEnd,
  args: readonly string[],
  run: (output: () => string, stop: () => void) => Promise<void>,
): Promise<void> {
  const child = spawn(...inNamespace(end, process.execPath, ...args), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  try {
    await run(
      () => output,
      () => child.kill('SIGTERM'),
    );
  } finally {
    child.kill('SIGKILL');
  }
}

async function withPyBitmessage(
  end: NamespaceEnd,
  dials: boolean,
  run: () => Promise<void>,
): Promise<void> {
  const temp = createTempDir('petrel-lan');
  const home = join(temp.path, 'pybitmessage');
  const options = { home, port: PORT, apiPort: PORT - 2, localNetwork: { end, dials } };
  const py = await PyBitmessage.start(options);
  try {
    await run();
  } catch (error) {
    console.log(`---- PyBitmessage\n${py.log().slice(-2_000)}`);
    throw error;
  } finally {
    await py.stop();
    temp.remove();
  }
}
