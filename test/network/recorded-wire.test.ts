/**
 * The situations that were recorded with PyBitmessage, with a node of ours in its place: it says the
 * same in the same order, or what is stated below and better.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { toHex } from '../../src/util/bytes.js';
import { PACKET_HEADER_BYTES } from '../../src/wire/limits.js';
import { FakeClock } from '../support/fake-clock.js';
import { createEasyObject } from '../support/easy-objects.js';
import { addObject, startNetworkNode, type NetworkNode } from '../support/network-node.js';
import { stopAll, stops } from '../support/peer-scene.js';
import { commandOf, play, sentObjects } from '../support/wire-play.js';
import {
  readWireRecordings,
  recordedWords,
  type WireRecording,
} from '../support/wire-recording.js';

after(stopAll);

const GREETING = ['verack', 'version', 'addr', 'inv list'];

interface Better {
  /** What each connection hears from us. */
  readonly words: readonly (readonly string[])[];
  readonly why: string;
}

const NOT_RECORDED = 'the recording does not go as far; this is what PyBitmessage does, too';

const BETTER: Record<string, Better> = {
  'handshake tls without secp256k1 in the client groups': {
    words: [GREETING],
    why: 'PyBitmessage ends a peer whose TLS knows other curves only; we know those, too',
  },
  'oversize length header only': {
    words: [[...GREETING, 'closed']],
    why: 'PyBitmessage waits for a payload that it will refuse; we close at the header',
  },
  'length 0xffffffff': {
    words: [[...GREETING, 'closed']],
    why: 'PyBitmessage would take 4 GiB into memory',
  },
  'old protocol version 2': {
    words: [['error Your is using an old protocol. Closing connection.', 'closed']],
    why: 'PyBitmessage says that it closes and leaves it to the time limit',
  },
  'time offset +2h': {
    words: [
      ['error Your time is too far in the future compared to mine. Closing connection.', 'closed'],
    ],
    why: 'as before',
  },
  'streams 2 only': {
    words: [["error We don't have shared stream interests. Closing connection.", 'closed']],
    why: 'PyBitmessage means to say this and keeps a useless connection by mistake',
  },
  'streams none': {
    words: [["error We don't have shared stream interests. Closing connection.", 'closed']],
    why: 'PyBitmessage takes a missing list for a list of stream 0',
  },
  'self nonce': {
    words: [GREETING, ["error I'm connected to myself. Closing connection.", 'closed']],
    why: 'PyBitmessage says that it closes and leaves it to the time limit',
  },
  'same nonce twice': { words: [GREETING, ['verack', 'version', 'closed']], why: NOT_RECORDED },
  'second connection same ip': {
    words: [GREETING, ['verack', 'version', 'closed']],
    why: NOT_RECORDED,
  },
  'malformed varint in inv': {
    words: [[...GREETING, 'closed']],
    why: 'PyBitmessage keeps the connection and never answers anything on it again',
  },
  'inv truncated': {
    words: [[...GREETING, 'getdata 26ad34a7', 'pong']],
    why: 'PyBitmessage also asks for the missing hash, an empty one',
  },
  'inv empty payload': {
    words: [[...GREETING, 'pong']],
    why: 'PyBitmessage asks for an empty hash',
  },
  'version ua 5000+': {
    words: [['closed']],
    why: 'the documented limit of a user agent is 5,000 bytes',
  },
  'second version after establishment': {
    words: [[...GREETING, 'closed']],
    why: 'PyBitmessage sends its whole list of objects again: an amplification',
  },
  'second verack after establishment': {
    words: [[...GREETING, 'closed']],
    why: 'as before',
  },
  'inv relay to second peer': {
    words: [GREETING, [...GREETING, 'inv 2ea75d04']],
    why: NOT_RECORDED,
  },
  'inv relay to second peer (node with dandelion=90)': {
    words: [GREETING, [...GREETING, 'inv 1efe6c87']],
    why: NOT_RECORDED,
  },
  'handshake plain services 9 (node with dandelion=90)': {
    words: [GREETING],
    why: 'PyBitmessage had no objects to list at that time',
  },
  'object malformed varint': {
    words: [[...GREETING, 'pong']],
    why:
      'PyBitmessage never answers on that connection again. We refuse the object and count a fault: ' +
      'other implementations accept and pass on such objects, so one is no reason to close',
  },
};

/** What our node is to say: as recorded, less the announcements of objects of earlier situations. */
function expectedWords(recording: WireRecording): readonly (readonly string[])[] {
  const better = BETTER[recording.scenario];
  if (better) return better.words;
  const sent = sentObjects(recording).map((hash) => hash.slice(0, 8));
  return recording.connections.map((events) =>
    recordedWords(events).filter((words) => {
      const single = /^inv (.{8})$/.exec(words)?.[1];
      return single === undefined || sent.includes(single);
    }),
  );
}

/** A node at the time of the recording that knows two nodes and has some objects. */
async function startAt(nowS: number, dandelionPercent: number): Promise<[NetworkNode, FakeClock]> {
  const clock = new FakeClock(nowS);
  const node = await startNetworkNode(
    {
      dandelionPercent,
      announceDelayMs: 10_000,
      antiIntersection: true,
      minimumDifficulty: { nonceTrialsPerByte: 10, payloadLengthExtraBytes: 10 },
    },
    clock,
    (inventory, nodes) => {
      for (let count = 0; count < 20; count++) {
        addObject(inventory, createEasyObject(nowS), nowS + 3_600);
      }
      for (const host of ['5.6.7.8', '9.10.11.12']) {
        const lastSeenS = nowS - 60;
        nodes.nodes.push({
          host,
          port: 8444,
          stream: 1,
          services: 1n,
          lastSeenS,
          rating: 0,
          self: false,
        });
      }
    },
  );
  stops.push(() => node.network.stop());
  return [node, clock];
}

describe('recorded with PyBitmessage', () => {
  const recordings = readWireRecordings();

  it('is complete, and every stated difference is of a situation', () => {
    assert.equal(recordings.length, 57);
    const scenarios = recordings.map(({ scenario }) => scenario);
    assert.deepEqual(
      Object.keys(BETTER).filter((scenario) => !scenarios.includes(scenario)),
      [],
    );
  });

  for (const recording of recordings) {
    const { scenario, note } = recording;
    const why = BETTER[scenario]?.why ?? 'as PyBitmessage';
    it(`${scenario}: ${note}: ${why}`, async () => {
      const [node, clock] = await startAt(timeOf(recording), dandelionOf(scenario));
      const expected = expectedWords(recording);
      assert.deepEqual(await play(recording, { node, clock, expected }), expected);
      const [hash] = sentObjects(recording);
      if (recording.listed === undefined || hash === undefined) return;
      const isListed = [...node.inventory.entries.values()].some(
        (entry) => toHex(entry.hash) === hash && entry.expiresS > clock.nowS(),
      );
      assert.equal(isListed, recording.listed, 'listed to a new connection');
    });
  }
});

/** When it was recorded: both sides told their time. */
function timeOf({ scenario, connections }: WireRecording): number {
  const events = connections.flat().filter(({ bytes }) => bytes.length > 0);
  const said = events.find(({ bytes }) => commandOf(bytes) === 'version')?.bytes;
  if (!said) return new FakeClock().nowS();
  const timestampS = Number(Buffer.from(said).readBigUInt64BE(PACKET_HEADER_BYTES + 12));
  return scenario === 'time offset +2h' ? timestampS - 7_200 : timestampS;
}

function dandelionOf(scenario: string): number {
  return scenario.includes('dandelion=90') ? 90 : 0;
}
