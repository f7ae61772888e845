/** The clock of a node is set by a day, forward and back, while it runs; by libfaketime, for it alone. */
import assert from 'node:assert/strict';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  assertSound,
  conditionLines,
  createFaultScene,
  ownThings,
  sendBoth,
  sendToNode,
  untilAllThere,
  untilCondition,
  untilOut,
  untilWell,
} from '../../support/fault-scene.js';
import { createTempDir } from '../../support/temp-dir.js';

const LIBRARY = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
].find((path) => existsSync(path));

const skip = LIBRARY === undefined && "not installed: libfaketime (Debian's package faketime)";

describe('a clock that is set', { skip }, () => {
  for (const step of ['+1d', '-1d']) {
    it(
      `by ${step} and back: nothing is thrown away, mail arrives`,
      { timeout: 400_000 },
      async () => {
        const temp = createTempDir('petrel-clock');
        const file = join(temp.path, 'time');
        /** As a whole: the library may read it at any moment. */
        const set = (text: string): void => {
          writeFileSync(`${file}.new`, `${text}\n`);
          renameSync(`${file}.new`, file);
        };
        set('+0');
        const scene = await createFaultScene(undefined, {
          environment: {
            LD_PRELOAD: LIBRARY ?? '',
            FAKETIME_TIMESTAMP_FILE: file,
            FAKETIME_NO_CACHE: '1',
            // Only the time of day is set; what timers go by is not, as on a real machine.
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
          },
        });
        after(async () => {
          await scene.network.close();
          temp.remove();
        });
        after(async () => {
          await scene.network.close();
          temp.remove();
        });
        const { node, network } = scene;
        const before = await ownThings(node);
        set(step);
        await untilCondition(node, 'clock-jumped');
        // Its time to live is an hour: a clock that is a day ahead takes it for expired.
        await untilOut(scene, await sendToNode(scene, 'by a wrong clock'));
        assert.deepEqual(await ownThings(node), before);
        set('+0');
        await untilWell(node);
        await untilAllThere(scene);
        await sendBoth(scene, 'after');
        await untilAllThere(scene);
        assert.equal(conditionLines(node, 'clock-jumped').length, 2);
        assert.equal(await node.stop(), 0);
        assertSound(join(network.path, 'node'));
      },
    );
  }
});
