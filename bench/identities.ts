/**
 * Benchmark of many identities: `npm run bench:identities [count]`. A data directory with so many is
 * made and a node started on it: when it answers, when it has all, its memory, what one more costs, and
 * the same with 100 identities in turn. Then the delay of a node's main loop while identities are made,
 * switched and deleted.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { randomPrivateKey } from '../src/crypto/curve.js';
import { PetrelNode } from '../src/node/node.js';
import { Settings } from '../src/node/settings/settings.js';
import { encodeAddress } from '../src/objects/address.js';
import { openStore } from '../src/store/open-store.js';
import type { IdentityRecord } from '../src/store/repositories.js';
import { NO_BYTES, utf8 } from '../src/util/bytes.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';
import { randomBytes } from '../src/util/random.js';
import { freePort } from '../test/support/free-port.js';
import { PetrelProcess } from '../test/support/petrel-process.js';
import { createTempDir } from '../test/support/temp-dir.js';

const MANY = Number(process.argv[2] ?? 100_000);
const FEW = 100;
/** Identities of the node whose loop is watched. */
const WATCHED = 10_000;
const ROUNDS = 15;
const PER_TRANSACTION = 5_000;

/** Their keys are owed to nobody, so that no proof of work disturbs; they do not belong to the address. */
function makeIdentity(n: number): IdentityRecord {
  return {
    address: encodeAddress({ version: 4, stream: 1, ripe: randomBytes(20) }),
    label: utf8(`identity ${n}`),
    enabled: true,
    chan: false,
    signingKey: randomPrivateKey(),
    encryptionKey: randomPrivateKey(),
    nonceTrialsPerByte: 1000,
    payloadLengthExtraBytes: 1000,
    lastPubkeySendS: 1,
    dontSendAck: false,
    mailingList: false,
    mailingListName: NO_BYTES,
    extra: {},
  };
}

async function fill(dataDir: string, count: number): Promise<string[]> {
  const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
  const added: string[] = [];
  while (added.length < count) {
    const size = Math.min(PER_TRANSACTION, count - added.length);
    const records = Array.from({ length: size }, (_, n) => makeIdentity(added.length + n));
    const addresses = await store.identities.add(records);
    // As after an earlier run: nothing has to be tried for them that came before.
    await store.backfill.forget('identity', addresses);
    for (const address of addresses) added.push(address);
  }
  await store.close();
  return added;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function ms(s: number): string {
  return `${(s * 1000).toFixed(1)} ms`;
}

function memory(pid: number): string {
  const kb = Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return `${(kb / 1024).toFixed(0)} MB`;
}

class Contestant {
  readonly name: string;
  readonly petrel: PetrelProcess;
  /** What is measured, and its samples in seconds. */
  readonly samples = new Map<string, number[]>();
  readonly #addresses: string[];

  constructor(petrel: PetrelProcess, addresses: string[]) {
    this.name = `${addresses.length}`;
    this.petrel = petrel;
    this.#addresses = addresses;
  }

  async round(): Promise<void> {
    const { petrel } = this;
    const address = this.#addresses.pop() ?? '';
    await this.#measure('enableAddress false', () => petrel.call('enableAddress', address, false));
    await this.#measure('enableAddress true', () => petrel.call('enableAddress', address, true));
    await this.#measure('deleteAddress', () => petrel.call('deleteAddress', address));
    await this.#measure('createChan', () =>
      petrel.call('createChan', Buffer.from(randomBytes(16)).toString('base64')),
    );
    await this.#measure('helloWorld', () => petrel.call('helloWorld', 'a', 'b'));
  }

  /** Apart from the rest: its garbage is collected in the calls behind it. */
  async list(): Promise<void> {
    await this.#measure('listAddresses', () => this.petrel.call('listAddresses'));
  }

  async #measure(what: string, work: () => Promise<unknown>): Promise<void> {
    const samples = this.samples.get(what) ?? [];
    samples.push(await seconds(work));
    this.samples.set(what, samples);
  }
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, nextTurn(pending)])) === pending;
}

/** Starts a node, and asks it something small again and again until it has all identities. */
async function start(dataDir: string, addresses: string[]): Promise<Contestant> {
  const startMs = performance.now();
  const since = (): string => `${((performance.now() - startMs) / 1000).toFixed(2)} s`;
  const petrel = await PetrelProcess.start({ dataDir });
  await petrel.call('helloWorld', 'a', 'b');
  const answered = since();
  // Waits for the identities, as every command that needs them, and is itself nothing.
  const loaded = petrel.call('listSubscriptions');
  const delays: number[] = [];
  do {
    delays.push(await seconds(() => petrel.call('clientStatus')));
  } while (await isPending(loaded));
  const usable = since();
  const { addresses: listed } = (await petrel.call('listAddresses')) as { addresses: unknown[] };
  if (listed.length !== addresses.length) throw new Error(`${listed.length} identities are there`);
  console.log(
    `${addresses.length} identities: answers after ${answered}, all usable after ${usable}, ` +
      `clientStatus meanwhile ${ms(median(delays))}, at worst ${ms(Math.max(...delays))}; ` +
      `memory ${memory(petrel.pid)}`,
  );
  return new Contestant(petrel, addresses);
}

async function compareCalls(): Promise<void> {
  const dir = createTempDir();
  const contestants: Contestant[] = [];
  try {
    for (const count of [FEW, MANY]) {
      const dataDir = join(dir.path, `${count}`);
      contestants.push(await start(dataDir, await fill(dataDir, count)));
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const contestant of contestants) await contestant.round();
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const contestant of contestants) await contestant.list();
    }
    console.log(
      `\nmedians of ${ROUNDS} turns, with ${contestants.map(({ name }) => name).join(' and ')}`,
    );
    for (const what of contestants[0]?.samples.keys() ?? []) {
      const cells = contestants.map(({ samples }) => ms(median(samples.get(what) ?? [])));
      console.log(what.padEnd(22) + cells.map((cell) => cell.padStart(12)).join(''));
    }
    console.log(`memory of the last at the end: ${memory(contestants.at(-1)?.petrel.pid ?? 0)}`);
  } finally {
    for (const { petrel } of contestants) await petrel.stop();
    dir.remove();
  }
}

async function watchLoop(): Promise<void> {
  const dir = createTempDir();
  const addresses = await fill(dir.path, WATCHED);
  const overrides: [string, string][] = [
    ['network.offline', 'true'],
    ['bitmessagesettings.extralowdifficulty', 'true'],
    ['network.bind', '127.0.0.1'],
    ['bitmessagesettings.port', String(await freePort())],
  ];
  const settings = Settings.open({ dataDir: dir.path, overrides });
  const node = new PetrelNode(settings, { log: nullLog, clock: systemClock });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const told = (what: string): void => {
    const inMs = (ns: number): string => (ns / 1e6 - 1).toFixed(1);
    const [p50, p99, most] = [delay.percentile(50), delay.percentile(99), delay.max].map(inMs);
    console.log(`${what.padEnd(40)} p50 ${p50}, p99 ${p99}, at worst ${most} ms`);
    delay.reset();
  };
  console.log(`\ndelay of the main loop with ${WATCHED} identities`);
  await node.start();
  delay.enable();
  await node.loading;
  told('while they are loaded');
  try {
    for (let i = 0; i < 50; i++) {
      const passphrase = randomBytes(16);
      await node.identities.createDeterministic({ passphrase, count: 4, leadingZeroBytes: 1 });
    }
    told('while 200 are made, four at a time');
    await node.identities.add(Array.from({ length: 1_000 }, (_, n) => makeIdentity(n)));
    told('while 1,000 are added at once');
    for (const address of addresses.slice(0, 200)) await node.identities.setEnabled(address, false);
    told('while 200 are switched off');
    for (const address of addresses.slice(0, 200)) await node.identities.remove(address);
    told('while 200 are deleted');
  } finally {
    await node.stop();
    dir.remove();
  }
}

console.log(`node ${process.version}, ${availableParallelism()} cores\n`);
await compareCalls();
await watchLoop();
