import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Float, type ApiValue } from '../../src/api/values.js';
import { api, b64, expectAll } from '../support/api-caller.js';

const V4 = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';
const V4_OTHER = 'BM-2cT44STh5umnS7ewSG2UNkcuT4a1iB4MCW';
const V3 = 'BM-2D7T5LAQNjJucgWrQqh9tdM7pZK4v5PHeP';
const BAD_CHECKSUM = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUL';
const STREAM_2 = 'BM-2cYLjdb1W61UxfFBW7jnM3sEtMT3hJLbqW';
const TIGER = b64('TIGER, tiger, burning bright. In the forests of the night');

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
  assert.ok(node.cancelled.length >= 1);
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
