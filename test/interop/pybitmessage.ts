/** A real PyBitmessage v0.6 as a peer on loopback. docs/interop.md tells why each setting is needed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../support/vectors.js';
import { until } from '../support/until.js';
import { buildGuard, hasCompiler } from './guarded.js';
import { inNamespace, type NamespaceEnd } from './namespaces.js';

const START_LIMIT_MS = 30_000;
/** Making an address takes it some seconds. */
const CALL_LIMIT_MS = 120_000;
const here = fileURLToPath(new URL('test/interop/', projectRoot));

/** Where a `six` for python 2 may lie: Debian's python3-six is one file that runs on both. */
const SIX_PLACES = [process.env['SIX'] ?? '', '/usr/lib/python3/dist-packages/six.py'];

export interface PyBitmessageOptions {
  readonly home: string;
  readonly port: number;
  readonly apiPort: number;
  /** Address of loopback that it listens on; 127.0.0.1. */
  readonly bind?: string;
  /** `HOST:PORT` that it dials, and nobody else. */
  readonly trustedPeer?: string;
  /** Runs in that network namespace, finds others and is found by broadcast; its API is out of reach. */
  readonly localNetwork?: { readonly end: NamespaceEnd; readonly dials: boolean };
  /** 1000/1000 instead of 10/10. */
  readonly fullDifficulty?: boolean;
}

/** What is missing to run a PyBitmessage here, in a line each; empty when nothing is. */
export function missingForPyBitmessage(): string[] {
  const missing: string[] = [];
  const checkout = process.env['PYBITMESSAGE_DIR'] ?? '';
  if (!existsSync(join(checkout, 'src', 'bitmessagemain.py'))) {
    missing.push('PYBITMESSAGE_DIR must name a checkout of PyBitmessage, branch v0.6');
  }
  if (!findPython()) {
    missing.push('python 2.7 with its ssl and sqlite3 modules: set PYTHON2 to its path');
  }
  if (!findSix()) missing.push('six.py for python 2: install python3-six, or set SIX to the file');
  if (!hasCompiler()) {
    missing.push('a C compiler (cc) for the guard that keeps it on loopback');
  }
  return missing;
}

export class PyBitmessage {
  readonly #child: ChildProcess;
  readonly #options: PyBitmessageOptions;

  private constructor(child: ChildProcess, options: PyBitmessageOptions) {
    this.#child = child;
    this.#options = options;
  }

  static async start(options: PyBitmessageOptions): Promise<PyBitmessage> {
    const { home } = options;
    const libraries = join(home, 'lib');
    mkdirSync(join(home, 'tmp'), { recursive: true });
    mkdirSync(libraries, { recursive: true });
    const python = findPython() ?? '';
    copyFileSync(findSix() ?? '', join(libraries, 'six.py'));
    if (spawnSync(python, ['-c', 'import _hashlib']).status !== 0) {
      copyFileSync(join(here, 'python2', '_hashlib.py'), join(libraries, '_hashlib.py'));
    }
    writeSettings(options);
    writeFileSync(join(home, 'knownnodes.dat'), knownNodesFile(options));

    const main = join(process.env['PYBITMESSAGE_DIR'] ?? '', 'src', 'bitmessagemain.py');
    const { localNetwork } = options;
    const [command, args] = localNetwork
      ? inNamespace(localNetwork.end, python, main)
      : [python, [main]];
    const child = spawn(command, args, {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        BITMESSAGE_HOME: home,
        TMPDIR: join(home, 'tmp'),
        PYTHONPATH: libraries,
        OPENSSL_CONF: join(here, 'openssl-tls12.cnf'),
        ...(!localNetwork && { LD_PRELOAD: buildGuard(libraries) }),
      },
    });
    const peer = new PyBitmessage(child, options);
    if (localNetwork) return peer;
    await until('PyBitmessage answers its API', START_LIMIT_MS, () =>
      peer.call('add', 2, 3).catch(() => undefined),
    );
    return peer;
  }

  /** Result of one call of its API in the `legacy` variant: a number, a text, or parsed JSON. */
  async call(method: string, ...params: (string | number)[]): Promise<unknown> {
    const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params
      .map((value) => `<param><value>${xmlValue(value)}</value></param>`)
      .join('')}</params></methodCall>`;
    const text = await post(this.#options.apiPort, body);
    const number = /<int>(-?\d+)<\/int>/.exec(text)?.[1];
    if (number !== undefined) return Number(number);
    const found = /<value><string>([\s\S]*?)<\/string><\/value>/.exec(text)?.[1];
    if (found === undefined) throw new Error(`${method}: ${text}`);
    const result = found.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    if (result.startsWith('API Error')) throw new Error(`${method}: ${result}`);
    return /^[{["]/.test(result) ? (JSON.parse(result) as unknown) : result;
  }

  /** Whole text of its log. */
  log(): string {
    const file = join(this.#options.home, 'debug.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  async stop(): Promise<void> {
    // As a daemon it forks: the process that counts is the one in its lock file.
    const lock = join(this.#options.home, 'singleton.lock');
    const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8').trim()) : this.#child.pid;
    if (pid === undefined || !Number.isInteger(pid) || pid <= 0) return;
    try {
      process.kill(pid, 'SIGTERM');
      await until('PyBitmessage stops', 15_000, () => (isRunning(pid) ? undefined : true));
    } catch {
      if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: it is gone.
  }
}

/** A python 2.7 with what PyBitmessage needs of it. */
export function findPython(): string | undefined {
  const versions = join(homedir(), '.pyenv', 'versions');
  const candidates = [
    process.env['PYTHON2'] ?? '',
    'python2.7',
    ...(existsSync(versions) ? readdirSync(versions) : [])
      .filter((name) => name.startsWith('2.7'))
      .map((name) => join(versions, name, 'bin', 'python2.7')),
  ];
  const check = 'import sys, ssl, sqlite3; sys.exit(sys.version_info[:2] != (2, 7))';
  return candidates.find((name) => name !== '' && spawnSync(name, ['-c', check]).status === 0);
}

/** A `six.py` that python 2 can load. */
export function findSix(): string | undefined {
  return SIX_PLACES.find((path) => path !== '' && existsSync(path));
}

/** The settings this run needs in front of the identities that an earlier run of it made. */
function writeSettings(options: PyBitmessageOptions): void {
  const path = join(options.home, 'keys.dat');
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const identities = before.search(/^\[BM-/m);
  const kept = identities < 0 ? '' : before.slice(identities);
  writeFileSync(path, settingsFile(options) + '\n' + withoutOtherSections(kept), { mode: 0o600 });
}

/** Only the sections of identities: PyBitmessage writes its own settings behind them, too. */
function withoutOtherSections(text: string): string {
  return text
    .split(/^(?=\[)/m)
    .filter((section) => section.startsWith('[BM-'))
    .join('');
}

/** A hundredth of the work, also for the keys of its own identities. */
const EASY_SETTINGS = `extralowdifficulty = true
defaultnoncetrialsperbyte = 10
defaultpayloadlengthextrabytes = 10`;

/** Without them its maker of addresses and chans ends with an exception, and the API call never does. */
const FULL_SETTINGS = `defaultnoncetrialsperbyte = 1000
defaultpayloadlengthextrabytes = 1000`;

function settingsFile(options: PyBitmessageOptions): string {
  const { port, apiPort, bind, trustedPeer, fullDifficulty, localNetwork } = options;
  // With an address, its second UDP socket hides the one that announces.
  const listensOn = localNetwork ? '' : (bind ?? '127.0.0.1');
  const dialling = String(localNetwork?.dials ?? trustedPeer !== undefined);
  return `[bitmessagesettings]
settingsversion = 10
port = ${port}
daemon = true
apienabled = true
apiinterface = 127.0.0.1
apiport = ${apiPort}
apiusername = username
apipassword = password
apivariant = legacy
udp = ${localNetwork !== undefined}
upnp = false
${fullDifficulty ? FULL_SETTINGS : EASY_SETTINGS}
onionport = 8444
sendoutgoingconnections = ${dialling}
${trustedPeer === undefined ? '' : `trustedpeer = ${trustedPeer}`}

[network]
bind = ${listensOn}
dandelion = 0
`;
}

/** A list of its own, holding only itself: without one it would make the list of public nodes. */
function knownNodesFile({ port }: PyBitmessageOptions): string {
  const info = { lastseen: Math.floor(Date.now() / 1000), rating: 0, self: false };
  return JSON.stringify([{ stream: 1, peer: { host: '127.0.0.1', port }, info }]);
}

function xmlValue(value: string | number): string {
  return typeof value === 'number' ? `<int>${value}</int>` : `<string>${value}</string>`;
}

function post(port: number, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: '/',
        method: 'POST',
        auth: 'username:password',
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.once('end', () => resolve(text));
        response.once('error', reject);
      },
    );
    sent.setHeader('Content-Length', Buffer.byteLength(body));
    sent.once('error', reject);
    sent.setTimeout(CALL_LIMIT_MS, () => sent.destroy(new Error('PyBitmessage does not answer')));
    sent.end(body);
  });
}
