import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Dispatcher } from '../../src/api/dispatcher.js';
import { ApiError, TransportFault } from '../../src/api/errors.js';
import { allCommands } from '../../src/api/methods/all.js';
import { Float, type ApiValue } from '../../src/api/values.js';
import type { ApiVariant } from '../../src/api/command.js';
import { utf8 } from '../../src/util/bytes.js';
import { nullLog } from '../../src/util/log.js';
import { createApiDouble, type ApiDouble } from '../support/api-double.js';
import { FakeClock } from '../support/fake-clock.js';

const V4 = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';
const V4_OTHER = 'BM-2cT44STh5umnS7ewSG2UNkcuT4a1iB4MCW';
const V3 = 'BM-2D7T5LAQNjJucgWrQqh9tdM7pZK4v5PHeP';
const BAD_CHECKSUM = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUL';
const STREAM_2 = 'BM-2cYLjdb1W61UxfFBW7jnM3sEtMT3hJLbqW';
const TIGER = b64('TIGER, tiger, burning bright. In the forests of the night');

function b64(text: string): string {
  return Buffer.from(text).toString('base64');
}

interface Api {
  readonly node: ApiDouble;
  /** The result, or `NN text` of the error. */
  readonly ask: (name: string, ...params: ApiValue[]) => Promise<ApiValue>;
}

function api(
  variant: ApiVariant = 'json',
  testMode = false,
  overrides: [string, string][] = [],
): Api {
  const node = createApiDouble(overrides);
  const dispatcher = new Dispatcher(
    allCommands(() => undefined),
    { variant, testMode },
    { node, log: nullLog, clock: new FakeClock() },
  );
  const ask = async (name: string, ...params: ApiValue[]): Promise<ApiValue> => {
    try {
      return await dispatcher.call({ name, params, afterReply: () => undefined });
    } catch (error) {
      if (error instanceof ApiError) return `${error.code} ${error.message}`;
      assert.ok(error instanceof TransportFault, String(error));
      return `${error.exception} ${error.message}`;
    }
  };
  return { node, ask };
}

/** Each entry: command and arguments, then the wanted result or the beginning of the error. */
async function expectAll(
  { ask }: Api,
  cases: readonly (readonly [[string, ...ApiValue[]], ApiValue | RegExp])[],
): Promise<void> {
  for (const [[name, ...params], wanted] of cases) {
    const result = await ask(name, ...params);
    const message = inspect([name, ...params]);
    if (wanted instanceof RegExp) assert.match(result as string, wanted, message);
    else assert.deepEqual(result, wanted, message);
  }
}

test('argument counts, as each variant words them', async () => {
  await expectAll(api(), [
    [['helloWorld'], '0 Command helloWorld takes at least 3 parameters (0 given)'],
    [
      ['helloWorld', 'a', 'b', 'c', 'd'],
      '0 Command helloWorld takes at most 3 parameters (4 given)',
    ],
    [
      ['helloWorld', 'a', 'b', 'c'],
      /^0 Unexpected API Failure - HandleHelloWorld\(\) takes exactly 3 arguments \(4 given\)$/,
    ],
    [['listAddresses', 1], /HandleListAddresses\(\) takes exactly 1 argument \(2 given\)$/],
    [
      ['getInboxMessageByID', '00', true, 1],
      /HandleGetInboxMessageById\(\) takes at most 3 arguments \(4 given\)$/,
    ],
    [['nope'], '20 Invalid method: nope'],
    [['__proto__'], '20 Invalid method: __proto__'],
    [['undeleteMessage', '00'], '20 Invalid method: undeleteMessage'],
    [['listAddressbook'], '20 Invalid method: listAddressbook'],
  ]);
  await expectAll(api('legacy', true), [
    [['helloWorld', 'a'], '0 Command helloWorld takes at most 0 parameters (1 given)'],
    [['helloWorld'], /HandleHelloWorld\(\) takes exactly 3 arguments \(1 given\)$/],
    [
      ['createRandomAddress'],
      /HandleCreateRandomAddress\(\) takes at least 2 arguments \(1 given\)$/,
    ],
    [['undeleteMessage', '00'], 'Undeleted message'],
    [['listAddressbook'], { addresses: [] }],
  ]);
});

test('arguments by name', async () => {
  const node = createApiDouble();
  const dispatcher = new Dispatcher(
    allCommands(() => undefined),
    { variant: 'json' },
    { node, log: nullLog, clock: new FakeClock() },
  );
  const named = (name: string, params: Record<string, ApiValue>) =>
    dispatcher.call({ name, params, afterReply: () => undefined });
  assert.equal(await named('helloWorld', { b: 'y', a: 'x' }), 'x-y');
  assert.deepEqual(await named('listAddresses', {}), { addresses: [] });
  await assert.rejects(named('helloWorld', { a: 'x' }), /takes at least 3/);
  await assert.rejects(named('helloWorld', { a: 'x', c: 'y' }), /unexpected keyword argument 'c'/);
  await assert.rejects(named('helloWorld', { b: 'y' }), /takes at least 3/);
});

test('test commands', async () => {
  await expectAll(api(), [
    [['helloWorld', 'é', ''], 'é-'],
    [['helloWorld', 1, 2], /^21 Unexpected API Failure - unsupported operand type/],
    [['add', 2, 3], 5],
    [['add', true, true], 2],
    [['add', 9007199254740993n, 1], 9007199254740994n],
    [['add', new Float(1.5), 2], new Float(3.5)],
    [['add', 'a', 'b'], 'ab'],
    [
      ['add', [1], ['x']],
      [1, 'x'],
    ],
    [['add', 'a', 1], /^21 /],
    [['add', { a: 1 }, { b: 2 }], /^21 .*'dict' and 'dict'/],
    [['statusBar', 5], 'success'],
    [['shutdown'], 'done'],
    [['system.methodHelp', 'add'], 'Commands: *add*\n\n        Test two numeric params'],
    [['system.methodHelp', 'nope'], "KeyError u'nope'"],
    [['system.methodSignature', 'add'], 'signatures not supported'],
  ]);
});

test('every name of the list is there, sorted', async () => {
  const names = (await api().ask('system.listMethods')) as string[];
  assert.equal(names.length, 53);
  assert.deepEqual(names, [...names].sort());
  const legacy = (await api('legacy').ask('system.listMethods')) as string[];
  assert.equal(legacy.length, 57);
});

test('status', async () => {
  const { node, ask } = api();
  const peer = { host: '127.0.0.1', port: 8444, established: true, userAgent: '/x/' };
  node.connections.push(
    { ...peer, inbound: false },
    { ...peer, inbound: true, established: false, userAgent: '' },
  );
  const status = (await ask('clientStatus')) as Record<string, ApiValue>;
  assert.equal(status['networkConnections'], 1);
  assert.equal(status['softwareName'], 'Petrel');
  assert.match(status['softwareVersion'] as string, /^\d+\.\d+\.\d+/);
  assert.equal(Object.keys(status).length, 8);
  const shown = { host: '127.0.0.1', port: 8444, fullyEstablished: true, userAgent: '/x/' };
  assert.deepEqual(await ask('listConnections'), {
    inbound: [{ ...shown, fullyEstablished: false, userAgent: '' }],
    outbound: [shown],
  });
});

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

test('address book', async () => {
  await expectAll(api(), [
    [['addAddressBookEntry', V4.slice(3), b64('läbel')], `Added address ${V4} to address book`],
    [
      ['addAddressBookEntry', V4, b64('x')],
      '16 You already have this address in your address book.',
    ],
    [['addAddressBookEntry', BAD_CHECKSUM.slice(3), 'abc'], /^22 /],
    [
      ['addAddressBookEntry', BAD_CHECKSUM.slice(3), ''],
      `8 Checksum failed for address: ${BAD_CHECKSUM}`,
    ],
    [['addAddressBookEntry', V3, '//4='], `Added address ${V3} to address book`],
    [['listAddressBookEntries', 'läbel'], { addresses: [{ label: b64('läbel'), address: V4 }] }],
    [['listAddressBookEntries', 5], { addresses: [] }],
    [['deleteAddressBookEntry', V4.slice(3)], `Deleted address book entry for ${V4} if it existed`],
    [
      ['listAddressBookEntries', ''],
      {
        addresses: [
          {
            label: b64(
              "Part of the message is corrupt. The message cannot be displayed the normal way.\n\n'\\xff\\xfe'",
            ),
            address: V3,
          },
        ],
      },
    ],
  ]);
});

test('subscriptions', async () => {
  const announcements = {
    label: b64('Bitmessage new releases/announcements'),
    address: 'BM-GtovgYdgs7qXPkoYaRgrLFuFKz1SFpsw',
    enabled: true,
  };
  await expectAll(api(), [
    [['addSubscription', V4, b64('x')], 'Added subscription.'],
    [['addSubscription', V4.slice(3)], '16 You are already subscribed to that address.'],
    [['addSubscription', BAD_CHECKSUM, '//4='], /^17 /],
    [['addSubscription', 'xyz', 'abc'], /^22 /],
    [['addSubscription', 'xyz'], '8 Checksum failed for address: xyz'],
    [
      ['listSubscriptions'],
      { subscriptions: [announcements, { label: b64('x'), address: V4, enabled: true }] },
    ],
    [['deleteSubscription', V4.slice(3)], 'Deleted subscription if it existed.'],
    [['deleteSubscription', 5], 'Deleted subscription if it existed.'],
    [['listSubscriptions'], { subscriptions: [announcements] }],
  ]);
});

test('sending, reading and the trash', async () => {
  const own = api();
  const { ask, node } = own;
  await ask('createDeterministicAddresses', TIGER);
  const ack = (await ask('sendMessage', V4.slice(3), V4, b64('subj'), b64('body'))) as string;
  assert.match(ack, /^000000020101[0-9a-f]{64}$/);
  const [inbox] = (
    (await ask('getAllInboxMessages')) as { inboxMessages: Record<string, ApiValue>[] }
  ).inboxMessages;
  const msgid = inbox?.['msgid'] as string;
  assert.deepEqual(inbox, {
    msgid,
    toAddress: V4,
    fromAddress: V4,
    subject: b64('subj'),
    message: b64('body'),
    encodingType: 2,
    receivedTime: '1795132800',
    read: 0,
  });
  const sent = {
    msgid,
    toAddress: V4,
    fromAddress: V4,
    subject: b64('subj'),
    message: b64('body'),
    encodingType: 2,
    lastActionTime: 1795132800,
    status: 'msgsentnoackexpected',
    ackData: ack,
  };
  const none = '0'.repeat(64);
  await expectAll(own, [
    [['getInboxMessageById', msgid.toUpperCase(), true], { inboxMessage: [{ ...inbox, read: 1 }] }],
    [['getInboxMessageByID', msgid, null], { inboxMessage: [{ ...inbox, read: 1 }] }],
    [
      ['getInboxMessageById', msgid, 1],
      "23 Bool expected in readStatus, saw <type 'int'> instead.",
    ],
    [['getInboxMessageById', none, false], null],
    [
      ['getInboxMessageById', 'zz'],
      "22 Decode error - Non-hexadecimal digit found. Had trouble while decoding string: u'zz'",
    ],
    [
      ['getInboxMessageById', 'abc'],
      "22 Decode error - Odd-length string. Had trouble while decoding string: u'abc'",
    ],
    [['getInboxMessagesByReceiver', V3], { inboxMessages: [] }],
    [['getInboxMessagesByReceiver', V4], { inboxMessages: [{ ...inbox, read: 1 }] }],
    [['getAllInboxMessageIDs'], { inboxMessageIds: [{ msgid }] }],
    [['getAllSentMessages'], { sentMessages: [sent] }],
    [['getAllSentMessageIds'], { sentMessageIds: [{ msgid }] }],
    [['getSentMessageByID', msgid], { sentMessage: [sent] }],
    [['getSentMessageById', none], null],
    [['getSentMessagesBySender', V4], { sentMessages: [sent] }],
    [['getSentMessageByAckData', ack], { sentMessage: [sent] }],
    [['getStatus', ack], 'msgsentnoackexpected'],
    [['getStatus', '0'.repeat(76)], 'notfound'],
    [['getStatus', '00'], '15 Invalid ackData object size.'],
    [['getStatus', 'z'.repeat(76)], /^22 /],
    [['getStatus', 5], /^21 /],
    [['trashInboxMessage', msgid], 'Trashed inbox message (assuming message existed).'],
    [['getAllInboxMessages'], { inboxMessages: [] }],
    [['trashSentMessageByAckData', ack], 'Trashed sent message (assuming message existed).'],
    [['getAllSentMessages'], { sentMessages: [] }],
    [['trashMessage', none], 'Trashed message (assuming message existed).'],
    [['trashSentMessage', msgid], 'Trashed sent message (assuming message existed).'],
    [['deleteAndVacuum'], 'done'],
  ]);
  assert.equal(node.emptied, 1);
});

test('what sendMessage and sendBroadcast refuse, in order', async () => {
  const own = api();
  await own.ask('createDeterministicAddresses', TIGER);
  const tooLong = Buffer.alloc(261_645).toString('base64');
  await expectAll(own, [
    [['sendMessage', 'x', 'y', 'abc', '', 4], '6 The encoding type must be 2 or 3.'],
    [['sendMessage', 'x', 'y', 'abc', '', '2'], /^6 /],
    [['sendMessage', 'x', 'y', 'abc', '', true], /^6 /],
    [['sendMessage', 'x', 'y', 'abc', '', new Float(2)], /^22 /],
    [['sendMessage', 'x', 'y', '', tooLong], '27 Message is too long.'],
    [['sendMessage', 'x', 'y', '', '', 2, []], /^21 /],
    [['sendMessage', 'x', 'xyz', '', ''], '8 Checksum failed for address: BM-xyz'],
    [
      ['sendMessage', 'x', V4_OTHER, '', ''],
      '13 Could not find your fromAddress in the keys.dat file.',
    ],
    [['sendMessage', 'xyz', V4, '', ''], '8 Checksum failed for address: BM-xyz'],
    [['sendMessage', STREAM_2, V4, '', ''], /^[0-9a-f]{76}$/],
    [['sendBroadcast', V4_OTHER, '', ''], /^13 /],
    [['sendBroadcast', V4, '', '', 2, 1], /^[0-9a-f]{76}$/],
    [['sendBroadcast', V4, '', '', 3, '5000'], /^[0-9a-f]{76}$/],
    [['sendBroadcast', V4, '', '', 3, new Float(1e12)], /^[0-9a-f]{76}$/],
  ]);
  assert.deepEqual(
    own.node.sentRows.map((row) => row.ttlS),
    [345_600, 3_600, 5_000, 2_419_200],
  );
});

test('objects made by the client', async () => {
  const own = api();
  const expires = (1_795_132_800 + 3_600).toString(16).padStart(16, '0');
  const object = (nonce: string, rest = '000000020101aabb'): string =>
    `${nonce.padStart(16, '0')}${expires}${rest}`;
  await expectAll(own, [
    [['disseminatePreparedObject', object('0')], /^[0-9a-f]{64}$/],
    [['disseminatePreEncryptedMsg', object('0'), 1, 1], /^[0-9a-f]{64}$/],
    [['disseminatePreparedObject', object('1')], /^21 Unexpected API Failure - proof of work/],
    [['disseminatePreparedObject', object('0', '000000020102aabb')], /^21 .*stream 2/],
    [['disseminatePreparedObject', object('0', '00000002')], /^21 /],
    [['disseminatePreparedObject', '00'], /^21 .*unpack requires a string argument of length 8/],
    [
      ['disseminatePreparedObject', object('0', '00000002fd')],
      /^26 .* is 253 but the total length is only 1\. It needs to be at least 3\.$/,
    ],
    [
      ['disseminatePreparedObject', object('0', '0000000201fd0001')],
      /^26 .* lowest possible number of bytes\.$/,
    ],
    [['disseminatePreparedObject', object('0'), '1'], /^21 /],
    [['disseminatePubkey', object('0').slice(16)], /^21 .*not a pubkey/],
    [['disseminatePubkey', object('0', '000000010301aabb').slice(16)], null],
    [['getMessageDataByDestinationTag', '0'.repeat(64)], { receivedMessageDatas: [] }],
    [['getMessageDataByDestinationHash', '0'.repeat(32)], { receivedMessageDatas: [] }],
    [['getMessageDataByDestinationHash', '00'], /^19 /],
    [['getMessageDataByDestinationHash', 5], /^21 /],
  ]);
  assert.equal(own.node.announced.length, 3);
});

test('the setting for short addresses counts more than the argument', async () => {
  const own = api('json', false, [['bitmessagesettings.numberofnullbytesonaddress', '1']]);
  const result = (await own.ask('createDeterministicAddresses', TIGER, 1, 4, 1, true)) as {
    addresses: string[];
  };
  assert.deepEqual(result.addresses, [V4]);
});
