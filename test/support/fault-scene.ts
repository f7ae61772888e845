/**
 * Two real nodes that write to each other while something is done to the machine under one of them:
 * what every test of a fault begins and ends with.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PetrelClient } from '../../src/client/client.js';
import {
  createPetrelNetwork,
  STEP_LIMIT_MS,
  untilConnected,
  untilInbox,
  type PetrelNetwork,
} from './petrel-network.js';
import type { PetrelProcess, PetrelProcessOptions } from './petrel-process.js';
import { until } from './until.js';

/** Recovery includes the longest pause between two looks, and reconnecting. */
const RECOVERY_LIMIT_MS = 120_000;

export interface FaultScene {
  readonly network: PetrelNetwork;
  /** The node that the fault happens to. */
  node: PetrelProcess;
  readonly address: string;
  readonly other: PetrelProcess;
  readonly otherAddress: string;
  /** Subjects that the API accepted from the node, and from the other one for it. */
  readonly sent: string[];
  readonly received: string[];
}

/** @param dataDir of the node that the fault will happen to */
export async function createFaultScene(
  dataDir: string | undefined,
  options: Partial<PetrelProcessOptions> = {},
): Promise<FaultScene> {
  const network = createPetrelNetwork();
  try {
    const other = await network.start('other');
    const node = await network.start('node', [other], { ...options, ...(dataDir && { dataDir }) });
    await untilConnected(node, 1);
    const address = await node.createAddress('Anna');
    const otherAddress = await other.createAddress('Bert');
    const scene = { network, node, address, other, otherAddress, sent: [], received: [] };
    await sendBoth(scene, 'before');
    await untilAllThere(scene);
    return scene;
  } catch (error) {
    await network.close();
    throw error;
  }
}

/** One message each way; throws when either API refuses. */
export async function sendBoth(scene: FaultScene, subject: string): Promise<void> {
  await sendFromNode(scene, `${subject}, from it`);
  await sendToNode(scene, `${subject}, to it`);
}

export async function sendFromNode(scene: FaultScene, subject: string): Promise<string> {
  const { node, address, otherAddress } = scene;
  const ackData = await node.send(otherAddress, address, subject, 'body');
  scene.sent.push(subject);
  return ackData;
}

/** Resolves with its ack data. */
export async function sendToNode(scene: FaultScene, subject: string): Promise<string> {
  const { other, address, otherAddress } = scene;
  const ackData = await other.send(address, otherAddress, subject, 'body');
  scene.received.push(subject);
  return ackData;
}

/** What the other node has sent is out, whether or not anybody took it. */
export async function untilOut({ other }: FaultScene, ackData: string): Promise<void> {
  await until('the message is out', STEP_LIMIT_MS, async () => {
    const status = await other.status(ackData);
    return status === 'msgsent' || status === 'ackreceived' ? true : undefined;
  });
}

/** Every message that was accepted, before or during the fault, is there; each once. */
export async function untilAllThere({ node, other, sent, received }: FaultScene): Promise<void> {
  for (const subject of received) await untilInbox(node, subject);
  for (const subject of sent) await untilInbox(other, subject);
}

/** Codes of what the node says is wrong. */
export async function conditionsOf(node: PetrelProcess): Promise<string[]> {
  const { conditions } = await clientOf(node).call('node.conditions');
  return conditions.map(({ code }) => code);
}

export function clientOf({ apiPort }: PetrelProcess): PetrelClient {
  const url = `http://127.0.0.1:${apiPort}`;
  return new PetrelClient({ url, username: 'username', password: 'password' });
}

export async function untilCondition(node: PetrelProcess, code: string): Promise<void> {
  await until(`condition ${code}`, RECOVERY_LIMIT_MS, async () =>
    (await conditionsOf(node)).includes(code) ? true : undefined,
  );
}

export async function untilWell(node: PetrelProcess): Promise<void> {
  let seen: string[] = [];
  try {
    await until('all is well', RECOVERY_LIMIT_MS, async () => {
      seen = await conditionsOf(node);
      return seen.length === 0 ? true : undefined;
    });
  } catch (error) {
    throw new Error(`still: ${seen.join(', ')}`, { cause: error });
  }
}

/** Lines of the log that tell of the begin and of the end of a condition. */
export function conditionLines({ output }: PetrelProcess, code: string): string[] {
  return output.split('\n').filter((line) => line.includes(`"condition":"${code}"`));
}

/** What the API says of the user's own things: the same before and after. */
export async function ownThings(node: PetrelProcess): Promise<unknown> {
  return {
    addresses: await node.call('listAddresses'),
    subscriptions: await node.call('listSubscriptions'),
    contacts: await node.call('listAddressBookEntries'),
  };
}

/** Both databases of a node that has stopped are whole. */
export function assertSound(dataDir: string): void {
  for (const file of ['mail.db', 'network.db']) {
    const database = new DatabaseSync(join(dataDir, file));
    const row = database.prepare('PRAGMA integrity_check').get() as { integrity_check: string };
    database.close();
    assert.equal(row.integrity_check, 'ok', file);
  }
}
