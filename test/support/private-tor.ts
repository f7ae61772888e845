/**
 * A Tor network of its own on loopback, made with Debian's tor: three directory authorities, some
 * relays, and clients with onion services. It takes half a minute to agree on itself and 300 MB.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findProgram, runProgram, type RunningProgram } from './debian-program.js';
import { freePort } from './free-port.js';
import { createTempDir } from './temp-dir.js';
import { until } from './until.js';

const AUTHORITIES = 3;
/** An onion service's circuits need several nodes that are all different. */
const RELAYS = 4;
const BOOTSTRAP_LIMIT_MS = 150_000;

export interface TorClient {
  /** Where it takes SOCKS connections on 127.0.0.1. */
  readonly socksPort: number;
  /** Where it answers questions without a password. */
  readonly controlPort: number;
  /** Name of its onion service, whose port 8444 leads to the given port of 127.0.0.1. */
  readonly onionHost: string;
}

export interface PrivateTor {
  /** A client that is connected, with an onion service. */
  client(name: string, servicePort: number): Promise<TorClient>;
  stop(): Promise<void>;
}

/** Needs the programs `tor` and `tor-gencert`. */
export async function startPrivateTor(): Promise<PrivateTor> {
  const temp = createTempDir('petrel-tor');
  const running: RunningProgram[] = [];
  const authorities: Authority[] = [];
  for (let index = 0; index < AUTHORITIES; index++) {
    authorities.push(await createAuthority(temp.path, `authority${index}`));
  }
  const directory = authorities.map(({ line }) => line);
  const start = (name: string, lines: readonly string[]): void => {
    const dataDir = makeDir(temp.path, name);
    const all = [...commonLines(dataDir), ...directory, ...lines];
    running.push(runTor(dataDir, all));
  };
  for (const { name, lines } of authorities) start(name, lines);
  for (let index = 0; index < RELAYS; index++) {
    start(`relay${index}`, [
      'SocksPort 0',
      `Nickname relay${index}`,
      `OrPort ${await freePort()}`,
      'ExitRelay 0',
    ]);
  }
  return {
    async client(name, servicePort) {
      const [socksPort, controlPort] = [await freePort(), await freePort()];
      const serviceDir = join(temp.path, name, 'service');
      start(name, [
        `SocksPort 127.0.0.1:${socksPort}`,
        `ControlPort 127.0.0.1:${controlPort}`,
        `HiddenServiceDir ${serviceDir}`,
        `HiddenServicePort 8444 127.0.0.1:${servicePort}`,
      ]);
      const log = join(temp.path, name, 'log');
      await until(`${name} connected to the private Tor network`, BOOTSTRAP_LIMIT_MS, () =>
        /Bootstrapped 100%/.test(readIfThere(log)) ? true : undefined,
      );
      const onionHost = readFileSync(join(serviceDir, 'hostname'), 'utf8').trim();
      return { socksPort, controlPort, onionHost };
    },
    async stop() {
      await Promise.all(running.map((program) => program.stop()));
      temp.remove();
    },
  };
}

/** Circuits of the open streams of a client to its target, one for each stream, by Tor's numbers. */
export async function circuitsOf({ controlPort }: TorClient): Promise<string[]> {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(controlPort, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
    socket.write('AUTHENTICATE ""\r\nGETINFO stream-status\r\nQUIT\r\n');
  });
  // Number, state, circuit, target of each.
  return [...answer.matchAll(/\b\d+ SUCCEEDED (\d+) /g)].map(([, circuit = '']) => circuit);
}

interface Authority {
  readonly name: string;
  readonly lines: readonly string[];
  /** What the others have to know of it. */
  readonly line: string;
}

async function createAuthority(path: string, name: string): Promise<Authority> {
  const dataDir = makeDir(path, name);
  const keys = makeDir(dataDir, 'keys');
  const [orPort, dirPort] = [await freePort(), await freePort()];
  const certificate = join(keys, 'authority_certificate');
  const makeCertificate = [
    ...['--create-identity-key', '--passphrase-fd', '0'],
    ...['-i', join(keys, 'authority_identity_key'), '-s', join(keys, 'authority_signing_key')],
    ...['-c', certificate, '-m', '12', '-a', `127.0.0.1:${dirPort}`],
  ];
  execFileSync(findProgram('tor-gencert') ?? '', makeCertificate, {
    input: 'test\n',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const identity = /^fingerprint (\w+)$/m.exec(readFileSync(certificate, 'utf8'))?.[1] ?? '';
  const empty = emptyFile(dataDir);
  const printed = execFileSync(findProgram('tor') ?? '', [
    ...['-f', empty, '--defaults-torrc', empty, '--quiet', '--list-fingerprint'],
    ...['--orport', '1', '--datadirectory', dataDir],
    ...['--dirserver', `x 127.0.0.1:1 ${'f'.repeat(40)}`],
  ]).toString('utf8');
  const fingerprint = printed.replace(/^\S+\s+/, '').replaceAll(/\s/g, '');
  return {
    name,
    line: `DirAuthority ${name} orport=${orPort} v3ident=${identity} no-v2 127.0.0.1:${dirPort} ${fingerprint}`,
    lines: [
      'SocksPort 0',
      `Nickname ${name}`,
      `OrPort ${orPort}`,
      `DirPort ${dirPort}`,
      'AuthoritativeDirectory 1',
      'V3AuthoritativeDirectory 1',
      'ContactInfo test',
      'ExitRelay 0',
      'TestingV3AuthInitialVotingInterval 10',
      'TestingV3AuthInitialVoteDelay 2',
      'TestingV3AuthInitialDistDelay 2',
      'V3AuthVotingInterval 10',
      'V3AuthVoteDelay 2',
      'V3AuthDistDelay 2',
      'V3AuthNIntervalsValid 10',
      'TestingDirAuthVoteHSDir *',
      'TestingDirAuthVoteGuard *',
      'TestingDirAuthVoteExit *',
      'MinUptimeHidServDirectoryV2 0',
    ],
  };
}

function commonLines(dataDir: string): string[] {
  return [
    'TestingTorNetwork 1',
    'AssumeReachable 1',
    'Address 127.0.0.1',
    'ConnLimit 60',
    'ShutdownWaitLength 0',
    'PathsNeededToBuildCircuits 0.67',
    'TestingClientDownloadInitialDelay 0',
    `DataDirectory ${dataDir}`,
    `Log notice file ${join(dataDir, 'log')}`,
  ];
}

/** A tor with this configuration, and nothing of the machine's own. */
export function runTor(dataDir: string, lines: readonly string[]): RunningProgram {
  const file = join(dataDir, 'torrc');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return runProgram('tor', ['-f', file, '--defaults-torrc', emptyFile(dataDir), '--quiet']);
}

function emptyFile(dir: string): string {
  const path = join(dir, 'empty');
  writeFileSync(path, '');
  return path;
}

function makeDir(...path: string[]): string {
  const dir = join(...path);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
