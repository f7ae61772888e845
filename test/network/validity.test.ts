import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { peerRefusal, type PeerFacts } from '../../src/network/validity.js';
import type { VersionPayload } from '../../src/wire/version.js';
import { testVersion } from '../support/raw-peer.js';

const NOW_S = 1_795_132_800;

const WELCOME: PeerFacts = {
  nowS: NOW_S,
  inbound: true,
  ownStreams: [1],
  secondFromHost: false,
  alreadyDialled: false,
  full: false,
  ownNonce: false,
};

const OLD = 'Your is using an old protocol. Closing connection.';
const FUTURE = 'Your time is too far in the future compared to mine. Closing connection.';
const PAST = 'Your time is too far in the past compared to mine. Closing connection.';
const STREAMS = "We don't have shared stream interests. Closing connection.";
const SAME_IP = 'Too many connections from your IP. Closing connection.';
const FULL = 'Server full, please try again later.';
const SELF = "I'm connected to myself. Closing connection.";

const CASES: [string, Partial<VersionPayload>, Partial<PeerFacts>, string | undefined][] = [
  ['a good peer', {}, {}, undefined],
  ['protocol 2', { protocolVersion: 2 }, {}, OLD],
  ['protocol 4', { protocolVersion: 4 }, {}, undefined],
  ['an hour ahead', { timestampS: NOW_S + 3_600 }, {}, undefined],
  ['more than an hour ahead', { timestampS: NOW_S + 3_601 }, {}, FUTURE],
  ['an hour behind', { timestampS: NOW_S - 3_600 }, {}, undefined],
  ['more than an hour behind', { timestampS: NOW_S - 3_601 }, {}, PAST],
  ['a negative time', { timestampS: -5 }, {}, PAST],
  ['no streams', { streams: [] }, {}, STREAMS],
  ['another stream', { streams: [2] }, {}, STREAMS],
  ['our stream among others', { streams: [3, 1, 2] }, {}, undefined],
  ['a second one from its IP', {}, { secondFromHost: true }, SAME_IP],
  ['a second one that we dialled', {}, { secondFromHost: true, inbound: false }, undefined],
  ['one that we have dialled', {}, { alreadyDialled: true }, FULL],
  ['one too many', {}, { full: true }, FULL],
  ['a full node dialling', {}, { full: true, inbound: false }, undefined],
  ['ourselves', {}, { ownNonce: true }, SELF],
  ['ourselves, dialled', {}, { ownNonce: true, inbound: false }, SELF],
  ['old before all else', { protocolVersion: 1, streams: [] }, { full: true }, OLD],
  ['IP before full', {}, { secondFromHost: true, full: true, ownNonce: true }, SAME_IP],
];

describe('peer validity', () => {
  for (const [name, version, facts, text] of CASES) {
    it(`${text === undefined ? 'welcomes' : 'refuses'} ${name}`, () => {
      const refusal = peerRefusal(testVersion(NOW_S, version), { ...WELCOME, ...facts });
      assert.equal(refusal, text);
    });
  }
});
