/**
 * A node killed with SIGKILL at random moments while it sends and receives keeps its files sound,
 * loses no message that the API had accepted or listed, and duplicates none.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { it } from 'node:test';
import { createPetrelNetwork, untilConnected } from '../support/petrel-network.js';
import type { PetrelProcess } from '../support/petrel-process.js';
import { until } from '../support/until.js';

const KILLS = 30;
/** A life lasts up to this long after `ready`: long enough to send, receive and acknowledge. */
const LONGEST_LIFE_MS = 3_000;
const SETTLE_LIMIT_MS = 240_000;

/** Sends one message after the other until the node is gone; collects what the API accepted. */
async function sendUntilGone(
  node: PetrelProcess,
  other: string,
  own: string,
  name: string,
  accepted: Set<string>,
): Promise<void> {
  for (let count = 0; node.running; count++) {
    const subject = `${name} ${count}`;
    try {
      await node.send(other, own, subject, 'body');
      accepted.add(subject);
    } catch {
      return; // Killed during the call: not accepted as far as the caller knows.
    }
    await new Promise((resolve) => setTimeout(resolve, randomInt(20, 200)));
  }
}

function assertSound(dataDir: string): void {
  for (const file of ['mail.db', 'network.db']) {
    const database = new DatabaseSync(join(dataDir, file));
    const row = database.prepare('PRAGMA integrity_check').get() as { integrity_check: string };
    database.close();
    assert.equal(row.integrity_check, 'ok', file);
  }
}

async function subjects(node: PetrelProcess): Promise<string[]> {
  return (await node.inbox()).map((message) => message.subject);
}

/** Waits until `node` has each accepted message; then asserts that it has each of its messages once. */
async function untilAllOnce(node: PetrelProcess, accepted: Set<string>): Promise<void> {
  let missing: string[] = [];
  try {
    await until('every accepted message', SETTLE_LIMIT_MS, async () => {
      const received = new Set(await subjects(node));
      missing = [...accepted].filter((subject) => !received.has(subject));
      return missing.length === 0 ? true : undefined;
    });
  } catch (error) {
    throw new Error(
      `${missing.length} of ${accepted.size} lost: ${missing.slice(0, 5).join(', ')}`,
      {
        cause: error,
      },
    );
  }
  const all = await subjects(node);
  assert.equal(new Set(all).size, all.length, 'a message is there twice');
}

it(`survives ${KILLS} kills`, { timeout: 900_000 }, async (test) => {
  const network = createPetrelNetwork();
  try {
    const steady = await network.start('steady');
    const steadyAddress = await steady.createAddress('steady');
    let victim = await network.start('victim', [steady]);
    const victimAddress = await victim.createAddress('victim');
    await untilConnected(steady, 1);

    const fromVictim = new Set<string>();
    const fromSteady = new Set<string>();
    const listed = new Set<string>();
    for (let kill = 0; kill < KILLS; kill++) {
      const sending = sendUntilGone(
        victim,
        steadyAddress,
        victimAddress,
        `victim ${kill}`,
        fromVictim,
      );
      const subject = `steady ${kill}`;
      await steady.send(victimAddress, steadyAddress, subject, 'body');
      fromSteady.add(subject);
      await new Promise((resolve) => setTimeout(resolve, randomInt(0, LONGEST_LIFE_MS)));
      for (const seen of await subjects(victim)) listed.add(seen);
      await victim.kill();
      await sending;
      assertSound(join(network.path, 'victim'));
      victim = await network.start('victim', [steady], { port: victim.port });
      const now = new Set(await subjects(victim));
      for (const seen of listed) assert.ok(now.has(seen), `${seen} was listed and is gone`);
    }

    await untilAllOnce(steady, fromVictim);
    await untilAllOnce(victim, fromSteady);
    test.diagnostic(`${fromVictim.size} sent by the killed node, ${fromSteady.size} to it`);
  } finally {
    await network.close();
  }
});
