/** A disk that is really full, refuses writes or becomes read-only, under a node that is at work. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  assertSound,
  conditionLines,
  createFaultScene,
  ownThings,
  sendBoth,
  sendFromNode,
  sendToNode,
  untilAllThere,
  untilCondition,
  untilOut,
  untilWell,
  type FaultScene,
} from '../../support/fault-scene.js';
import {
  createFaultyDisk,
  skippedWithoutMount,
  type FaultyDisk,
} from '../../support/faulty-disk.js';

const TIMEOUT_MS = 400_000;
const DISK_MIB = 64;
/** A reserve that such a small disk can keep. */
const SETTINGS = { 'storage.reserve': '8' };

async function createDiskScene(
  disk: FaultyDisk,
): Promise<{ scene: FaultScene; dataDir: string; before: unknown }> {
  const dataDir = join(disk.path, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const scene = await createFaultScene(dataDir, { settings: SETTINGS });
  return { scene, dataDir, before: await ownThings(scene.node) };
}

/** Nothing is accepted, nothing is lost, what is there is answered. */
async function checkWhileRefusing(scene: FaultScene, before: unknown, text: RegExp): Promise<void> {
  const { node, address } = scene;
  await assert.rejects(sendFromNode(scene, 'refused'), text);
  await assert.rejects(node.createAddress('refused'), text);
  const during = [];
  for (let n = 0; n < 3; n++) during.push(await sendToNode(scene, `during ${n}`));
  for (const ackData of during) await untilOut(scene, ackData);
  await assert.rejects(sendFromNode(scene, 'refused again'), text);
  assert.deepEqual(await ownThings(node), before);
  assert.equal((await node.inbox()).length, scene.received.length - during.length);
  assert.ok(node.running, address);
}

describe('a tmpfs that is filled up', { skip: skippedWithoutMount('tmpfs') }, () => {
  let disk: FaultyDisk | undefined;
  let scene: FaultScene | undefined;
  after(async () => {
    await scene?.network.close();
    disk?.remove();
  });

  it('refuses, keeps, and goes on when there is room', { timeout: TIMEOUT_MS }, async () => {
    disk = createFaultyDisk('tmpfs', DISK_MIB);
    const made = await createDiskScene(disk);
    scene = made.scene;
    const { node } = scene;
    disk.fill();
    await assert.rejects(sendFromNode(scene, 'does not fit'), /API Error 0021: .*no space left/);
    await untilCondition(node, 'storage-full');
    await checkWhileRefusing(scene, made.before, /API Error 0021: .*no space left on the disk/);
    disk.free();
    await untilWell(node);
    await untilAllThere(scene);
    await sendBoth(scene, 'after');
    await untilAllThere(scene);
    assert.deepEqual(await ownThings(node), made.before);
    assert.equal(conditionLines(node, 'storage-full').length, 2, 'one line each: begin and end');
    assert.equal(await node.stop(), 0);
    assertSound(made.dataDir);
  });
});

describe('a disk that refuses writes', { skip: skippedWithoutMount('ext4') }, () => {
  let disk: FaultyDisk | undefined;
  let scene: FaultScene | undefined;
  after(async () => {
    await scene?.network.close();
    disk?.remove();
  });

  it('is waited for, and is mended without a loss', { timeout: TIMEOUT_MS }, async () => {
    disk = createFaultyDisk('ext4', DISK_MIB);
    const made = await createDiskScene(disk);
    scene = made.scene;
    const { node } = scene;
    const files = ['mail.db', 'mail.db-wal', 'network.db', 'network.db-wal'];
    const paths = files.map((file) => join(made.dataDir, file));
    disk.setImmutable(paths, true);
    await assert.rejects(sendFromNode(scene, 'not written'), /API Error 0021: .*cannot be/);
    await untilCondition(node, 'storage-failing');
    await checkWhileRefusing(scene, made.before, /API Error 0021: .*cannot be/);
    disk.setImmutable(paths, false);
    await untilWell(node);
    await untilAllThere(scene);
    assert.equal(conditionLines(node, 'storage-failing').length, 2);

    // Read-only as the kernel makes it after a damage: only mounting it anew helps.
    await sendBoth(scene, 'before the second');
    await untilAllThere(scene);
    disk.abort();
    await assert.rejects(sendFromNode(scene, 'read-only'), /API Error 0021: .*read-only/);
    await untilCondition(node, 'storage-read-only');
    await checkWhileRefusing(scene, made.before, /API Error 0021: .*read-only/);
    assert.equal(await node.stop(), 0);
    disk.mend();
    const dials = [scene.other];
    const { dataDir } = made;
    scene.node = await scene.network.start('node', dials, { dataDir, settings: SETTINGS });
    await untilAllThere(scene);
    assert.deepEqual(await ownThings(scene.node), made.before);
    assert.equal(await scene.node.stop(), 0);
    assertSound(dataDir);
  });
});
