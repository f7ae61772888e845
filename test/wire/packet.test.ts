import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromHex, toHex } from '../../src/util/bytes.js';
import { MAX_SENT_PAYLOAD_BYTES } from '../../src/wire/limits.js';
import { encodePacket, isKnownCommand, type Command } from '../../src/wire/packet.js';
import { vectorsOfType } from '../support/vectors.js';

describe('encodePacket', () => {
  for (const vector of vectorsOfType('packet')) {
    it(`frames ${vector.name}`, () => {
      const packet = encodePacket(
        vector['command'] as Command,
        fromHex(vector['payload'] as string),
      );
      assert.equal(toHex(packet), vector['packet']);
    });
  }

  it('refuses a payload that other nodes would not accept', () => {
    const longest = new Uint8Array(MAX_SENT_PAYLOAD_BYTES);
    assert.equal(encodePacket('inv', longest).length, MAX_SENT_PAYLOAD_BYTES + 24);
    assert.throws(
      () => encodePacket('inv', new Uint8Array(MAX_SENT_PAYLOAD_BYTES + 1)),
      RangeError,
    );
  });
});

it('commands match exactly', () => {
  assert.ok(isKnownCommand('ping'));
  for (const command of ['PING', 'ping ', 'ping\0x', '', 'toString']) {
    assert.ok(!isKnownCommand(command));
  }
});
