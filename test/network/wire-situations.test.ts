/** What a node says in each of the situations of test/support/*-situations.ts. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { peerWords } from '../support/wire-situation-peer.js';
import { TEST_MODE } from '../support/wire-situation.js';
import { WIRE_SITUATIONS } from '../support/wire-situations.js';
import { readVectors } from '../support/vectors.js';
import { nowS, start, stopAll } from '../support/peer-scene.js';

after(stopAll);

const theirs = readVectors('wire-situations.json') as Record<string, string[]>;

describe('on the wire', () => {
  it('every difference from PyBitmessage has its reason', () => {
    const names = WIRE_SITUATIONS.map(({ name }) => name);
    assert.deepEqual(Object.keys(theirs), names);
    const unexplained = WIRE_SITUATIONS.filter(({ name, ours, why }) => {
      const isSame = JSON.stringify(theirs[name]) === JSON.stringify(ours);
      return isSame !== (why === undefined);
    });
    assert.deepEqual(
      unexplained.map(({ name }) => name),
      [],
    );
  });

  for (const situation of WIRE_SITUATIONS) {
    const { name, ours, why } = situation;
    it(`${name}: ${ours.join(', ') || 'nothing'}${why ? ` (${why})` : ''}`, async () => {
      const node = await start({ minimumDifficulty: TEST_MODE });
      const { port } = node.network;
      assert.deepEqual(await peerWords(situation, { port, nowS, expected: ours }), ours);
    });
  }
});
