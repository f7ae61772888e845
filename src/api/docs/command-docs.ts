/**
 * What docs/api.md tells of each command beyond its definition: types of the parameters, own errors,
 * and an example. A test keeps it in step with the commands.
 */
import { API_ERROR as E, type ApiErrorCode } from '../errors.js';
import type { ApiValue } from '../values.js';

export type ParameterType =
  'text' | 'base64' | 'hex' | 'address' | 'whole number' | 'number' | 'boolean' | 'anything';

export interface CommandDoc {
  /** Of each parameter, in order. */
  readonly types: readonly ParameterType[];
  /** Besides 0 (number of arguments) and 21 (anything else), which every command has. */
  readonly errors?: readonly ApiErrorCode[];
  readonly example: readonly ApiValue[];
  readonly result: ApiValue;
  /** What one has to know beyond the line of help. */
  readonly notes?: string;
}

const ADDRESS = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';
const CHAN = 'BM-2cW67GEKkHGonXKZLCzouLLxnLym3azS8r';
const MSGID = '1551d6c95ce05e6f060aceb70240093b0bdecc91eb00bfd3359ba45a70d6d0fb';
const ACK_DATA = '000000020101862fc9aed650f86d9d9cb88cd99c4b4fdeac5a1026df369711ec8f348b250e27';
const OBJECT = '00000000001be7fc00000000660f307f0000002a010248454c4c4f';
const HASH = 'b02854e291618090742295ab4a3e5ec409665457bb1df11b8a750ebbaaa9e8b4';
/** base64 of `label`, `subject`, `message`, `general`. */
const [LABEL, SUBJECT, MESSAGE, GENERAL] = [
  'bGFiZWw=',
  'c3ViamVjdA==',
  'bWVzc2FnZQ==',
  'Z2VuZXJhbA==',
];

const ADDRESS_ERRORS = [
  E.undecodableAddress,
  E.addressChecksum,
  E.addressCharacters,
  E.addressVersionTooHigh,
  E.addressVersionUnsupported,
  E.addressStreamUnsupported,
  E.malformedVarint,
] as const;
const SENDER_ERRORS = [
  E.encodingType,
  E.undecodableArgument,
  E.messageTooLong,
  ...ADDRESS_ERRORS,
  E.unknownIdentity,
  E.disabledIdentity,
] as const;

const INBOX_MESSAGE = {
  msgid: MSGID,
  toAddress: ADDRESS,
  fromAddress: CHAN,
  subject: SUBJECT,
  message: MESSAGE,
  encodingType: 2,
  receivedTime: '1795132800',
  read: 0,
};
const SENT_MESSAGE = {
  msgid: MSGID,
  toAddress: CHAN,
  fromAddress: ADDRESS,
  subject: SUBJECT,
  message: MESSAGE,
  encodingType: 2,
  lastActionTime: 1795132800,
  status: 'msgsent',
  ackData: ACK_DATA,
};
const NOT_FOUND =
  'Not found: `null`; in `xml` fault 1, because XML-RPC has no null; in `legacy` the text `null`.';
const MSGID_DOC = { types: ['hex'], errors: [E.undecodableArgument], example: [MSGID] } as const;
const NOTHING = { types: [], example: [] } as const;
const DISSEMINATE: CommandDoc = {
  types: ['hex', 'whole number', 'whole number'],
  errors: [E.undecodableArgument, E.malformedVarint],
  example: [OBJECT],
  result: HASH,
  notes: 'The whole object, nonce first. It has to pass the checks of any object.',
};

/** By canonical name. */
export const COMMAND_DOCS: Readonly<Record<string, CommandDoc>> = {
  helloWorld: { types: ['text', 'text'], example: ['hello', 'world'], result: 'hello-world' },
  add: { types: ['number', 'number'], example: [2, 3], result: 5, notes: 'Two texts are joined.' },
  statusBar: { types: ['anything'], example: ['a notice'], result: 'success' },
  clientStatus: {
    ...NOTHING,
    result: {
      networkConnections: 8,
      numberOfMessagesProcessed: 5,
      numberOfBroadcastsProcessed: 2,
      numberOfPubkeysProcessed: 7,
      pendingDownload: 0,
      networkStatus: 'connectedAndReceivingIncomingConnections',
      softwareName: 'Petrel',
      softwareVersion: '0.1.0',
    },
    notes:
      '`networkStatus` is `notConnected`, `connectedButHaveNotReceivedIncomingConnections` or `connectedAndReceivingIncomingConnections`.',
  },
  listConnections: {
    ...NOTHING,
    result: {
      inbound: [],
      outbound: [
        {
          host: '192.0.2.1',
          port: 8444,
          fullyEstablished: true,
          userAgent: '/PyBitmessage:0.6.3.2/',
        },
      ],
    },
  },
  deleteAndVacuum: { ...NOTHING, result: 'done' },
  shutdown: { ...NOTHING, result: 'done' },
  decodeAddress: {
    types: ['address'],
    errors: ADDRESS_ERRORS,
    example: [ADDRESS],
    result: {
      status: 'success',
      addressVersion: 4,
      streamNumber: 1,
      ripe: 'ADyM0r4Q5LWlVFfyKfmX5LiTAmA=',
    },
  },
  listAddresses: {
    ...NOTHING,
    result: {
      addresses: [{ label: 'label', address: ADDRESS, stream: 1, enabled: true, chan: false }],
    },
  },
  listAddresses2: {
    ...NOTHING,
    result: {
      addresses: [{ label: LABEL, address: ADDRESS, stream: 1, enabled: true, chan: false }],
    },
  },
  createRandomAddress: {
    types: ['base64', 'boolean', 'number', 'number'],
    errors: [E.boolExpected, E.undecodableArgument, E.labelNotUtf8],
    example: [LABEL],
    result: ADDRESS,
    notes: 'Difficulties are multiples of the minimum; 0 takes the setting.',
  },
  createDeterministicAddresses: {
    types: [
      'base64',
      'whole number',
      'whole number',
      'whole number',
      'boolean',
      'number',
      'number',
    ],
    errors: [
      E.blankPassphrase,
      E.boolExpected,
      E.undecodableArgument,
      E.addressVersion,
      E.streamNumber,
      E.zeroAddresses,
      E.tooManyAddresses,
    ],
    example: [GENERAL, 1],
    result: { addresses: [CHAN] },
    notes: 'Version and stream 0 choose the newest and the only one.',
  },
  getDeterministicAddress: {
    types: ['base64', 'whole number', 'whole number'],
    errors: [E.blankPassphrase, E.undecodableArgument, E.addressVersion, E.streamNumber],
    example: [GENERAL, 4, 1],
    result: CHAN,
  },
  deleteAddress: {
    types: ['address'],
    errors: ADDRESS_ERRORS,
    example: [ADDRESS],
    result: 'success',
  },
  enableAddress: {
    types: ['address', 'boolean'],
    errors: ADDRESS_ERRORS,
    example: [ADDRESS, false],
    result: 'success',
    notes: 'Also 0, 1 and the words true, false, yes, no, on, off; without a value: true.',
  },
  createChan: {
    types: ['base64'],
    errors: [E.undecodableArgument, E.blankPassphrase, E.chanPresent],
    example: [GENERAL],
    result: CHAN,
  },
  joinChan: {
    types: ['base64', 'address'],
    errors: [
      E.undecodableArgument,
      E.blankPassphrase,
      ...ADDRESS_ERRORS,
      E.chanNameMismatch,
      E.chanPresent,
    ],
    example: [GENERAL, CHAN],
    result: 'success',
  },
  leaveChan: {
    types: ['address'],
    errors: [...ADDRESS_ERRORS, E.notAChan],
    example: [CHAN],
    result: 'success',
  },
  listAddressBookEntries: {
    types: ['text'],
    example: [],
    result: { addresses: [{ label: LABEL, address: ADDRESS }] },
    notes: 'The label to look for is plain text, not base64.',
  },
  addAddressBookEntry: {
    types: ['address', 'base64'],
    errors: [E.undecodableArgument, ...ADDRESS_ERRORS, E.alreadyThere],
    example: [ADDRESS, LABEL],
    result: `Added address ${ADDRESS} to address book`,
  },
  deleteAddressBookEntry: {
    types: ['address'],
    errors: ADDRESS_ERRORS,
    example: [ADDRESS],
    result: `Deleted address book entry for ${ADDRESS} if it existed`,
  },
  listSubscriptions: {
    ...NOTHING,
    result: { subscriptions: [{ label: LABEL, address: ADDRESS, enabled: true }] },
  },
  addSubscription: {
    types: ['address', 'base64'],
    errors: [E.undecodableArgument, E.labelNotUtf8, ...ADDRESS_ERRORS, E.alreadyThere],
    example: [ADDRESS, LABEL],
    result: 'Added subscription.',
  },
  deleteSubscription: {
    types: ['address'],
    example: [ADDRESS],
    result: 'Deleted subscription if it existed.',
  },
  getAllInboxMessages: { ...NOTHING, result: { inboxMessages: [INBOX_MESSAGE] } },
  getAllInboxMessageIds: { ...NOTHING, result: { inboxMessageIds: [{ msgid: MSGID }] } },
  getInboxMessageById: {
    types: ['hex', 'boolean'],
    errors: [E.undecodableArgument, E.boolExpected],
    example: [MSGID, true],
    result: { inboxMessage: [{ ...INBOX_MESSAGE, read: 1 }] },
    notes: NOT_FOUND,
  },
  getInboxMessagesByReceiver: {
    types: ['address'],
    example: [ADDRESS],
    result: { inboxMessages: [INBOX_MESSAGE] },
  },
  getAllSentMessages: { ...NOTHING, result: { sentMessages: [SENT_MESSAGE] } },
  getAllSentMessageIds: { ...NOTHING, result: { sentMessageIds: [{ msgid: MSGID }] } },
  getSentMessageById: { ...MSGID_DOC, result: { sentMessage: [SENT_MESSAGE] }, notes: NOT_FOUND },
  getSentMessagesByAddress: {
    types: ['address'],
    example: [ADDRESS],
    result: { sentMessages: [SENT_MESSAGE] },
  },
  getSentMessageByAckData: {
    ...MSGID_DOC,
    example: [ACK_DATA],
    result: { sentMessage: [SENT_MESSAGE] },
    notes: NOT_FOUND,
  },
  trashMessage: { ...MSGID_DOC, result: 'Trashed message (assuming message existed).' },
  trashInboxMessage: { ...MSGID_DOC, result: 'Trashed inbox message (assuming message existed).' },
  trashSentMessage: { ...MSGID_DOC, result: 'Trashed sent message (assuming message existed).' },
  trashSentMessageByAckData: {
    ...MSGID_DOC,
    example: [ACK_DATA],
    result: 'Trashed sent message (assuming message existed).',
  },
  undeleteMessage: { ...MSGID_DOC, result: 'Undeleted message' },
  sendMessage: {
    types: ['address', 'address', 'base64', 'base64', 'whole number', 'number'],
    errors: SENDER_ERRORS,
    example: [CHAN, ADDRESS, SUBJECT, MESSAGE, 2, 345600],
    result: ACK_DATA,
    notes: 'Encodings 2 and 3; the TTL in seconds is brought into 3600 to 2419200.',
  },
  sendBroadcast: {
    types: ['address', 'base64', 'base64', 'whole number', 'number'],
    errors: SENDER_ERRORS,
    example: [ADDRESS, SUBJECT, MESSAGE],
    result: ACK_DATA,
  },
  getStatus: {
    types: ['hex'],
    errors: [E.ackDataSize, E.undecodableArgument],
    example: [ACK_DATA],
    result: 'msgsent',
    notes:
      '`notfound`, `msgqueued`, `doingpubkeypow`, `awaitingpubkey`, `doingmsgpow`, `forcepow`, `msgsent`, `msgsentnoackexpected`, `ackreceived`, `toodifficult`, `badkey`, `broadcastqueued`, `doingbroadcastpow` or `broadcastsent`.',
  },
  disseminatePreparedObject: DISSEMINATE,
  disseminatePubkey: {
    types: ['hex'],
    errors: [E.undecodableArgument, E.malformedVarint],
    example: [OBJECT.slice(16)],
    result: null,
    notes: 'The object without its nonce. In `xml` the answer is fault 1, although it worked.',
  },
  getMessageDataByDestinationHash: {
    types: ['hex'],
    errors: [E.hashLength, E.undecodableArgument],
    example: [HASH],
    result: { receivedMessageDatas: [{ data: OBJECT }] },
  },
  powProgress: {
    types: ['whole number'],
    example: [1],
    result: {
      jobs: [
        {
          purpose: 'message',
          owner: ADDRESS,
          running: true,
          trials: 1000,
          elapsedMilliseconds: 20,
          expectedTrials: 50000,
          trialsPerSecond: 50000,
        },
      ],
    },
    notes:
      'Not in PyBitmessage. `…MillisecondsLeft` and `…WithinMilliseconds` are added when the rate is known.',
  },
  'system.listMethods': { ...NOTHING, result: ['add', 'addAddressBookEntry'] },
  'system.methodHelp': {
    types: ['text'],
    example: ['add'],
    result: 'Commands: *add*\n\n        Test two numeric params',
    notes: 'An unknown name is fault 1 in XML-RPC.',
  },
  'system.methodSignature': {
    types: ['text'],
    example: ['add'],
    result: 'signatures not supported',
  },
};
