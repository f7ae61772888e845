/** A node that is stopped for a minute, and one whose 1,024 file handles are used up. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { findProgram, skippedWithout } from '../../support/debian-program.js';
import {
  assertSound,
  conditionLines,
  createFaultScene,
  ownThings,
  sendBoth,
  sendToNode,
  untilAllThere,
  untilWell,
} from '../../support/fault-scene.js';
import { until } from '../../support/until.js';

const TIMEOUT_MS = 400_000;
const STOPPED_MS = 60_000;
const HANDLES = 1_024;

it('goes on after a minute of SIGSTOP', { timeout: TIMEOUT_MS }, async () => {
  const scene = await createFaultScene(undefined);
  after(() => scene.network.close());
  const { node, network } = scene;
  process.kill(node.pid, 'SIGSTOP');
  await sendToNode(scene, 'while it stood still');
  await new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
  process.kill(node.pid, 'SIGCONT');
  await untilWell(node);
  await untilAllThere(scene);
  await sendBoth(scene, 'after');
  await untilAllThere(scene);
  assert.doesNotMatch(node.output, /"condition"/, 'nothing was wrong with the machine');
  assert.equal(await node.stop(), 0);
  assertSound(join(network.path, 'node'));
});

const skip = skippedWithout('prlimit');

it('goes on after all handles were used up', { timeout: TIMEOUT_MS, skip }, async () => {
  const scene = await createFaultScene(undefined);
  const crowd: Socket[] = [];
  after(async () => {
    for (const socket of crowd) socket.destroy();
    await scene.network.close();
  });
  const { node, network } = scene;
  const before = await ownThings(node);
  const limit = `--nofile=${HANDLES}:${HANDLES}`;
  execFileSync(findProgram('prlimit') ?? 'prlimit', ['--pid', String(node.pid), limit]);
  for (const port of [node.apiPort, node.port]) {
    for (let number = 0; number < HANDLES; number++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      crowd.push(socket);
    }
  }
  await until('the handles are used up', TIMEOUT_MS / 4, () =>
    conditionLines(node, 'out-of-handles').length > 0 ? true : undefined,
  );
  await sendToNode(scene, 'in the crowd');
  for (const socket of crowd) socket.destroy();
  await until('the API answers', TIMEOUT_MS / 4, () =>
    ownThings(node).then(
      () => true,
      () => undefined,
    ),
  );
  await untilWell(node);
  await untilAllThere(scene);
  await sendBoth(scene, 'after');
  await untilAllThere(scene);
  assert.deepEqual(await ownThings(node), before);
  assert.equal(await node.stop(), 0);
  assertSound(join(network.path, 'node'));
});
