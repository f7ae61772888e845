import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { encodeKnownNodes, readKnownNodes } from '../../src/takeover/known-nodes.js';
import { PickleError, readPickle } from '../../src/takeover/pickle.js';
import { utf8 } from '../../src/util/bytes.js';
import { projectRoot } from '../support/vectors.js';

/** Written by Python 2.7's pickle and cPickle; those that begin with `evil` call os.system. */
const PICKLES = new URL('test/vectors/pickles/', projectRoot);
const names = readdirSync(PICKLES);

describe('known nodes', () => {
  for (const name of names.filter((one) => !one.startsWith('evil'))) {
    it(`reads ${name}`, () => {
      const { nodes, unusable } = readKnownNodes(readFileSync(new URL(name, PICKLES)));
      assert.equal(unusable, 0);
      const found = nodes
        .map(({ host, port, stream, lastSeenS, rating, self }) =>
          [host, port, stream, lastSeenS, rating, self].join(' '),
        )
        .sort();
      assert.deepEqual(found, [
        '192.0.2.1 8444 1 1700000000 0 false',
        '2001:db8::1 8445 1 1700000001 0 false',
        'quzwelsuziwqgpt2.onion 8444 2 1700000002 -0.3 true',
      ]);
    });
  }

  for (const name of names.filter((one) => one.startsWith('evil'))) {
    it(`refuses ${name}`, () => {
      assert.throws(() => readPickle(readFileSync(new URL(name, PICKLES))), /names posix.system/);
      assert.equal(existsSync('/tmp/petrel-pickle-ran'), false);
    });
  }

  it('answers cut and random pickles with a PickleError only', () => {
    const whole = readFileSync(new URL('network.node-2.pickle', PICKLES));
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => readPickle(whole.subarray(0, length)), PickleError);
    }
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = Uint8Array.from(whole);
        changed[at] = value;
        try {
          readKnownNodes(changed);
        } catch (error) {
          assert.ok(error instanceof PickleError || error instanceof SyntaxError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads and writes JSON, and counts what is no node', () => {
    const text = `[{"stream": 1, "peer": {"host": "192.0.2.1"}, "info": {"lastseen": 5, "rating": 0.3}},
      {"stream": 9, "peer": {"host": "192.0.2.1"}}, {"peer": null}, 7,
      {"stream": 1, "peer": {"host": "no host", "port": 1}}]`;
    const { nodes, unusable } = readKnownNodes(utf8(text));
    assert.equal(unusable, 4);
    assert.equal(nodes[0]?.port, 8444);
    assert.deepEqual(readKnownNodes(utf8(encodeKnownNodes(nodes))).nodes, nodes);
  });
});
