import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromHex, toHex, utf8 } from '../../src/util/bytes.js';
import { WireError } from '../../src/wire/errors.js';
import { readPayload } from '../../src/wire/payload-format.js';
import { checkRandomBytes, checkTruncations } from '../support/codec.js';
import { vectorsOfType } from '../support/vectors.js';

const VERSION = 'IQQiiQlsLv';
const ADDR = 'LQIQ16sH';
const INVENTORY = 'l32s';
const ERROR = 'vvlsls';

function payloadOf(type: string): Uint8Array {
  return fromHex(vectorsOfType(type)[0]?.['payload'] as string);
}

describe('readPayload', () => {
  it('reads a version', () => {
    const values = readPayload(payloadOf('version'), VERSION);
    assert.deepEqual(values, [
      3,
      11n,
      1_795_198_349n,
      { services: 1n, host: '127.0.0.1', port: 8444 },
      { services: 11n, host: '127.0.0.1', port: 8444 },
      0x839dfe6e731c4299n,
      utf8('/PyBitmessage:0.6.3.2/'),
      [1],
    ]);
  });

  it('reads an addr as one array per entry', () => {
    assert.deepEqual(readPayload(payloadOf('addr'), ADDR), [
      [[1_795_197_000n, 1, 1n, fromHex('00000000000000000000ffffcb007107'), 8444]],
    ]);
  });

  it('reads hashes, an error, an object header', () => {
    assert.deepEqual(readPayload(fromHex(`02${'aa'.repeat(32)}${'bb'.repeat(32)}`), INVENTORY), [
      [new Uint8Array(32).fill(0xaa), new Uint8Array(32).fill(0xbb)],
    ]);
    const [fatal, banTime, vector, text] = readPayload(payloadOf('error'), ERROR);
    assert.deepEqual([fatal, banTime, vector], [2, 0, new Uint8Array(0)]);
    assert.equal(toHex(text as Uint8Array).slice(0, 6), '49276d');
    const object = fromHex(vectorsOfType('object-header')[0]?.['object'] as string);
    assert.deepEqual(readPayload(object, 'QQIvv'), [1_828_860n, 1_712_271_487n, 42, 1, 2]);
  });

  it('reads fixed lengths, repeated items, groups that end and nested ones', () => {
    assert.deepEqual(readPayload(fromHex('0102030405'), '2s3v'), [fromHex('0102'), [3, 4, 5]]);
    assert.deepEqual(readPayload(fromHex('0201020907'), 'Lv,vv'), [[1, 2], 9, 7]);
    assert.deepEqual(readPayload(fromHex('0201010202020304'), 'LvLv'), [
      [
        [1, [2]],
        [2, [3, 4]],
      ],
    ]);
  });

  it('gives a varint above 2^53 as bigint', () => {
    assert.deepEqual(readPayload(fromHex('ffffffffffffffffff'), 'v'), [2n ** 64n - 1n]);
  });

  it('ignores bytes behind the last item', () => {
    assert.deepEqual(readPayload(fromHex('01ffff'), 'v'), [1]);
  });

  it('tells cut, malformed and excessive payloads apart', () => {
    assert.throws(() => readPayload(fromHex('02aa'), 'ls'), { code: 'insufficient-data' });
    assert.throws(() => readPayload(fromHex('fd0001'), 'v'), { code: 'protocol' });
    assert.throws(() => readPayload(fromHex('feffffffff'), 'l32s'), { code: 'excessive-data' });
    assert.throws(() => readPayload(fromHex('fe0002710000'), 'Lv'), { code: 'insufficient-data' });
  });

  it('refuses every cut and survives anything', () => {
    checkTruncations(payloadOf('version'), (bytes) => readPayload(bytes, VERSION), WireError);
    checkTruncations(payloadOf('addr'), (bytes) => readPayload(bytes, ADDR), WireError);
    for (const format of [VERSION, ADDR, INVENTORY, ERROR, 'LLv', 'llls']) {
      checkRandomBytes((bytes) => readPayload(bytes, format), WireError);
    }
  });

  it('refuses a format that is none', () => {
    for (const format of ['x', '3', 'l', 'L', 'L,', '0s', ',v', 's', '9999999999s', 'v,']) {
      assert.throws(() => readPayload(new Uint8Array(99), format), RangeError, format);
    }
  });
});
