import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { encode as packMsgpack } from '@msgpack/msgpack';
import { fc } from '../support/properties.js';
import { concatBytes, displayText, fromHex, toHex, utf8 } from '../../src/util/bytes.js';
import {
  decodeMessage,
  encodeMessage,
  type MessageText,
} from '../../src/objects/message-encoding.js';
import { bytesOf, record } from '../support/codec.js';
import { vectorsOfType } from '../support/vectors.js';

function message(subject: string, body: string): MessageText {
  return { subject: utf8(subject), body: utf8(body) };
}

/** Subject and body as texts, or undefined. */
function texts(decoded: MessageText | undefined): [string, string] | undefined {
  return decoded && [displayText(decoded.subject), displayText(decoded.body)];
}

describe('SIMPLE and TRIVIAL', () => {
  for (const vector of vectorsOfType('msgdecode')) {
    it(`decodes ${vector.name}`, () => {
      const decoded = decodeMessage(
        vector['encoding'] as number,
        fromHex(vector['data'] as string),
      );
      assert.equal(toHex(decoded?.subject ?? new Uint8Array(1)), vector['subject']);
      assert.equal(toHex(decoded?.body ?? new Uint8Array(1)), vector['body']);
    });
  }

  it('are encoded in their fixed form', () => {
    assert.deepEqual(encodeMessage(2, message('abc', 'def')), utf8('Subject:abc\nBody:def'));
    assert.deepEqual(encodeMessage(1, message('abc', 'def')), utf8('def'));
  });

  it('keep subject and body, whatever bytes these are', () => {
    const text = bytesOf({ maxLength: 500 });
    fc.assert(
      fc.property(record<MessageText>({ subject: text, body: text }), ({ subject, body }) => {
        const spaced = subject.map((byte) => (byte >= 0x0a && byte <= 0x0d ? 0x20 : byte));
        const decoded = decodeMessage(2, encodeMessage(2, { subject, body }));
        assert.deepEqual(decoded, { subject: spaced, body });
      }),
    );
  });

  it('do not let a subject reach into the body', () => {
    const encoded = encodeMessage(2, message('a\nBody:b\r\x0b\x0cc', 'd'));
    assert.deepEqual(texts(decodeMessage(2, encoded)), ['a Body:b   c', 'd']);
  });

  it('have a subject of one line: LF, CR, VT and FF end it', () => {
    for (const end of ['\n', '\r', '\v', '\f']) {
      const data = utf8(`Subject:one${end}two\nBody:b`);
      assert.deepEqual(texts(decodeMessage(2, data)), ['one', 'b']);
    }
  });

  it('have everything in the body when the marker is at the begin or missing', () => {
    for (const data of ['\nBody:x', 'a\nBody:x', 'Subject:x', '']) {
      assert.deepEqual(texts(decodeMessage(2, utf8(data))), ['', data]);
    }
    assert.deepEqual(texts(decodeMessage(2, utf8('ab\nBody:x'))), ['', 'x']);
  });
});

describe('other encodings', () => {
  it('0 is never shown', () => {
    assert.equal(decodeMessage(0, utf8('x')), undefined);
  });

  it('unknown ones give a fixed text', () => {
    for (const encoding of [4, 77, Number.MAX_SAFE_INTEGER]) {
      assert.deepEqual(texts(decodeMessage(encoding, utf8('??'))), [
        'Unknown encoding',
        'The message has an unknown encoding.\nPerhaps you should upgrade Bitmessage.',
      ]);
    }
  });
});

/** A message of encoding 3 with any packed content. */
function extended(packed: Uint8Array): Uint8Array {
  return new Uint8Array(deflateSync(packed));
}

/** ... with a JavaScript value, packed by another implementation (strings as str). */
function extendedValue(value: unknown): Uint8Array {
  return extended(packMsgpack(value));
}

describe('EXTENDED', () => {
  for (const vector of vectorsOfType('encoding')) {
    it(`encodes and decodes ${vector.name}`, () => {
      const text = message(vector['subject'] as string, vector['body'] as string);
      const encoded = encodeMessage(3, text);
      assert.equal(toHex(inflateSync(encoded)), vector['msgpack']);
      assert.equal(toHex(encoded), vector['encoded']);
      assert.deepEqual(decodeMessage(3, fromHex(vector['encoded'] as string)), text);
    });
  }

  it('keeps subject and body, also long ones and with line breaks', () => {
    const text = fc.oneof(
      bytesOf({ maxLength: 300 }),
      fc.integer({ min: 65_530, max: 65_540 }).map((length) => new Uint8Array(length).fill(65)),
    );
    fc.assert(
      fc.property(record<MessageText>({ subject: text, body: text }), (value) => {
        assert.deepEqual(decodeMessage(3, encodeMessage(3, value)), value);
      }),
    );
  });

  it('is read with str and bin, with other keys of any kind, in any order', () => {
    const odd = [1, -1, -33, 1e10, 1.5, null, true, ['a', { b: [] }], 'x'.repeat(300)];
    const value = {
      zz: { deep: odd },
      body: utf8('bödy'),
      yy: odd,
      '': 'message',
      subject: 'sübject',
      time: new Date(0),
    };
    assert.deepEqual(texts(decodeMessage(3, extendedValue(value))), ['sübject', 'bödy']);
    // {1: 2, [3]: 4, "": "message"}
    const numberKeys = fromHex('830102910304a0a76d657373616765');
    assert.deepEqual(texts(decodeMessage(3, extended(numberKeys))), ['', '']);
  });

  it('is read with missing texts as empty and the last of repeated keys', () => {
    assert.deepEqual(texts(decodeMessage(3, extendedValue({ '': 'message' }))), ['', '']);
    const twice = concatBytes(
      fromHex('83a0a76d657373616765'),
      fromHex('a4626f6479a161a4626f6479a162'),
    );
    assert.deepEqual(texts(decodeMessage(3, extended(twice))), ['', 'b']);
  });

  it('is read with bytes behind the map and behind the stream', () => {
    const packed = packMsgpack({ '': 'message', body: 'b' });
    const data = concatBytes(extended(concatBytes(packed, fromHex('c1c1'))), fromHex('ffff'));
    assert.deepEqual(texts(decodeMessage(3, data)), ['', 'b']);
  });

  it('is dropped when it is malformed or no message', () => {
    for (const value of [
      {},
      { '': 'vote' },
      { '': 1 },
      { '': 'message', subject: 1 },
      { '': 'message', body: ['b'] },
      { '': ['message'] },
      { subject: 's', body: 'b' },
      ['message'],
      'message',
      null,
    ]) {
      assert.equal(decodeMessage(3, extendedValue(value)), undefined, JSON.stringify(value));
    }
    for (const packed of ['', 'c1', '81c1', 'ddffffffff', 'dfffffffff', '81a0dbffffffff']) {
      assert.equal(decodeMessage(3, extended(fromHex(packed))), undefined, packed);
    }
    assert.equal(decodeMessage(3, utf8('not zlib')), undefined);
  });

  it('is dropped when it is cut anywhere', () => {
    const encoded = encodeMessage(3, message('ext subj', 'ext body'));
    for (let length = 0; length < encoded.length; length++) {
      assert.equal(decodeMessage(3, encoded.slice(0, length)), undefined, `cut to ${length}`);
    }
    const packed = inflateSync(encoded);
    for (let length = 0; length < packed.length; length++) {
      assert.equal(decodeMessage(3, extended(packed.subarray(0, length))), undefined);
    }
  });

  it('is inflated up to the limit and not a byte further', () => {
    // 1 map, 2 key, 9 value, 5 + 5 of the body's key and length
    const overhead = packMsgpack({ '': 'message', body: new Uint8Array(65_536) }).length - 65_536;
    const ofSize = (size: number): Uint8Array =>
      extendedValue({ '': 'message', body: new Uint8Array(size - overhead) });
    assert.ok(decodeMessage(3, ofSize(1_048_576)));
    assert.equal(decodeMessage(3, ofSize(1_048_577)), undefined);
    assert.ok(decodeMessage(3, ofSize(100_000), { maxInflatedBytes: 100_000 }));
    assert.equal(decodeMessage(3, ofSize(100_001), { maxInflatedBytes: 100_000 }), undefined);
    const bomb = new Uint8Array(deflateSync(new Uint8Array(200_000_000)));
    assert.ok(bomb.length < 262_144);
    assert.equal(decodeMessage(3, bomb), undefined);
  });

  it('is dropped when it has too many values, however they are nested', () => {
    const deep = concatBytes(fromHex('82a178'), new Uint8Array(900_000).fill(0x91));
    assert.equal(decodeMessage(3, extended(deep)), undefined);
    const wide = { '': 'message', list: Array<number>(2_000).fill(1) };
    assert.equal(decodeMessage(3, extendedValue(wide)), undefined);
    wide.list.length = 900;
    assert.ok(decodeMessage(3, extendedValue(wide)));
  });

  it('of random bytes, packed or not, is dropped or read, never an error', () => {
    fc.assert(
      fc.property(bytesOf({ maxLength: 60 }), (bytes) => {
        for (const encoding of [0, 1, 2, 3, 4]) decodeMessage(encoding, bytes);
        decodeMessage(3, extended(bytes));
        decodeMessage(3, extended(concatBytes(fromHex('83a0a76d657373616765'), bytes)));
      }),
      { numRuns: 500 },
    );
  });
});
