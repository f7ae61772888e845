import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Float } from '../../src/api/values.js';
import { utf8 } from '../../src/util/bytes.js';
import { api, b64, expectAll } from '../support/api-caller.js';

const V4 = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';
const V4_OTHER = 'BM-2cT44STh5umnS7ewSG2UNkcuT4a1iB4MCW';
const BAD_CHECKSUM = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUL';
const STREAM_2 = 'BM-2cYLjdb1W61UxfFBW7jnM3sEtMT3hJLbqW';
const TIGER = b64('TIGER, tiger, burning bright. In the forests of the night');

test('decodeAddress', async () => {
  await expectAll(api(), [
    [
      ['decodeAddress', ` ${V4.slice(3)} `],
      {
        status: 'success',
        addressVersion: 4,
        streamNumber: 1,
        ripe: 'AM+2lBaudvaKgcRZ3k4TRgx9F+s=',
      },
    ],
    [['decodeAddress', BAD_CHECKSUM], `8 Checksum failed for address: ${BAD_CHECKSUM}`],
    [['decodeAddress', ''], '9 Invalid characters in address: '],
    [
      ['decodeAddress', 'BM-31nf3Ykyo6EfFYo2TgMnrsth5ZpxK4f7a3'],
      /^10 Address version number too high \(or zero\) in address: BM-31/,
    ],
    [['decodeAddress', 'BM-2nQsNVikGJNmkpELcZYao6BEcFPsdT7KHHC'], /^11 /],
    [['decodeAddress', STREAM_2], /^12 /],
    [['decodeAddress', 'BM-YPY8onoG7tos5AugwMzeEuKWP8jtWeXSu8nu'], /^7 .* : ripetoolong$/],
    [
      ['decodeAddress', 'BM-bCGACUjfzk21gs4VatMnFfqEkiBU7aSGDEYQm'],
      /^26 Malformed varint in address: /,
    ],
    [['decodeAddress', 'BM-é'], /^21 /],
    [['decodeAddress', 5], /^21 /],
  ]);
});

test('createRandomAddress', async () => {
  const own = api();
  await expectAll(own, [
    [['createRandomAddress', b64('one')], /^BM-2c/],
    [['createRandomAddress', b64('two'), false, 2, new Float(1.5)], /^BM-2c/],
    [
      ['createRandomAddress', 'abc'],
      "22 Decode error - Incorrect padding. Had trouble while decoding string: u'abc'",
    ],
    [
      ['createRandomAddress', 5],
      '22 Decode error - a2b_base64() argument 1 must be string or buffer, not int. Had trouble while decoding string: 5',
    ],
    [['createRandomAddress', '//4='], '17 Label is not valid UTF-8 data.'],
    [
      ['createRandomAddress', 'x', 1],
      "23 Bool expected in eighteenByteRipe, saw <type 'int'> instead",
    ],
    [['createRandomAddress', b64('x'), false, 'hard'], /^21 /],
  ]);
  const [one, two] = own.node.identities.list();
  assert.deepEqual(one?.label, utf8('one'));
  assert.deepEqual([one.nonceTrialsPerByte, one.payloadLengthExtraBytes], [10, 10]);
  assert.deepEqual([two?.nonceTrialsPerByte, two?.payloadLengthExtraBytes], [2000, 1500]);
});

test('lenient base64', async () => {
  const own = api();
  for (const label of ['!!!', '=', 'b25l\nb25l', 'b25lYQ==b25l', 'b2 5l']) {
    await own.ask('createRandomAddress', label);
  }
  const labels = own.node.identities.list().map(({ label }) => Buffer.from(label).toString());
  assert.deepEqual(labels, ['', '', 'oneone', 'onea', 'one']);
});

test('deterministic addresses', async () => {
  const v4 = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';
  const second = 'BM-2cWFgvNK54GnDaMpATdEkr1xUPrJ9xoNgJ';
  const v3 = 'BM-2DBPTgeSawWYZceFD69AbDT5q4iUWtj1ZN';
  await expectAll(api(), [
    [['getDeterministicAddress', TIGER, 4, 1], v4],
    [['getDeterministicAddress', TIGER, 3, 1], v3],
    [['getDeterministicAddress', '\n', 4, 1], 'BM-2cV4Fvw18PPMadqK4voZo6zWKUQVJpxhtg'],
    [['getDeterministicAddress', '', 4, 1], '1 The specified passphrase is blank.'],
    [['getDeterministicAddress', 'abc', 9, 9], /^22 /],
    [
      ['getDeterministicAddress', TIGER, 0, 9],
      "2 The address version number currently must be 3 or 4. 0 isn't supported.",
    ],
    [['getDeterministicAddress', TIGER, '4', 1], /^21 /],
    [
      ['getDeterministicAddress', TIGER, 4, 0],
      "3  The stream number must be 1. Others aren't supported.",
    ],
    [['createDeterministicAddresses', TIGER], { addresses: [v4] }],
    [['createDeterministicAddresses', TIGER, 2, new Float(4), true], { addresses: [second] }],
    [['createDeterministicAddresses', TIGER, 1, 3], { addresses: [v3] }],
    [['createDeterministicAddresses', TIGER, -1], { addresses: [] }],
    [['createDeterministicAddresses', null], /^1 /],
    [['createDeterministicAddresses', 'abc', 1, 0, 0, 0], /^23 /],
    [['createDeterministicAddresses', 'abc', 0, 9, 9], /^22 /],
    [
      ['createDeterministicAddresses', TIGER, 0, 2, 9],
      "2 The address version number currently must be 3, 4, or 0 (which means auto-select). 2 isn't supported.",
    ],
    [['createDeterministicAddresses', TIGER, 0, 4, '1'], /^3 The stream number must be 1 \(or 0/],
    [
      ['createDeterministicAddresses', TIGER, 0],
      '4 Why would you ask me to generate 0 addresses for you?',
    ],
    [['createDeterministicAddresses', TIGER, 1000], /^5 .* this message\.$/],
    [['createDeterministicAddresses', TIGER, '3'], /^5 /],
  ]);
});

test('own addresses: list, enable, delete', async () => {
  const own = api();
  await own.ask('createDeterministicAddresses', TIGER);
  const entry = { address: V4, stream: 1, enabled: true, chan: false };
  await expectAll(own, [
    [['listAddresses'], { addresses: [{ label: 'unused API address', ...entry }] }],
    [['listAddresses2'], { addresses: [{ label: b64('unused API address'), ...entry }] }],
    [['enableAddress', V4.slice(3), false], 'success'],
    [['sendMessage', V4, V4, '', ''], '14 Your fromAddress is disabled. Cannot send.'],
    [['enableAddress', V4, 'yes'], 'success'],
    [['enableAddress', V4, 'maybe'], '21 Unexpected API Failure - Not a boolean: maybe'],
    [['enableAddress', V4], 'success'],
    [['enableAddress', V4_OTHER, true], `21 Unexpected API Failure - No section: '${V4_OTHER}'`],
    [['enableAddress', 'BM-xyz', true], '8 Checksum failed for address: BM-xyz'],
    [['deleteAddress', V4], 'success'],
    [['deleteAddress', V4], 'success'],
    [['listAddresses'], { addresses: [] }],
  ]);
});

test('chans', async () => {
  const general = 'BM-2cW67GEKkHGonXKZLCzouLLxnLym3azS8r';
  const own = api();
  await expectAll(own, [
    [['createChan', b64('general')], general],
    [['createChan', b64('general')], '24 Chan address is already present.'],
    [['createChan', ''], /^1 /],
    [['createChan', 'abc'], /^22 /],
    [['createChan', '//4='], 'BM-2cX9zDUPLsgCwJY2BPU8pvqvUg7iw843YV'],
    [['joinChan', b64('general'), general.slice(3)], /^24 /],
    [['joinChan', b64('other'), general], '18 Chan name does not match address.'],
    [['joinChan', '', 'x'], /^1 /],
    [['joinChan', b64('general'), 'BM-xyz'], /^8 /],
    [['joinChan', b64('oracle join'), 'BM-2DAeJ6REmBf8fdytt2Hb7vQs6syF8LwEDT'], 'success'],
    [['leaveChan', general], 'success'],
    [
      ['leaveChan', general],
      '25 Specified address is not a chan address. Use deleteAddress API call instead.',
    ],
  ]);
  const labels = own.node.identities.list().map(({ label }) => Buffer.from(label).toString());
  assert.deepEqual(labels, ["[chan] '\\xff\\xfe'", '[chan] oracle join']);
});

test('the setting for short addresses counts more than the argument', async () => {
  const own = api('json', false, [['bitmessagesettings.numberofnullbytesonaddress', '1']]);
  const result = (await own.ask('createDeterministicAddresses', TIGER, 1, 4, 1, true)) as {
    addresses: string[];
  };
  assert.deepEqual(result.addresses, [V4]);
});
