/**
 * A node for tests of the API's commands: lists in memory, real addresses, no network, no proof of
 * work. Messages to own addresses are in the inbox at once; others wait for a key for ever.
 */
import type { ApiConnection, ApiIdentities, ApiNode, NewMail } from '../../src/api/api-node.js';
import { createRandomKeys, deterministicKeys, type AddressKeys } from '../../src/crypto/keys.js';
import { Settings } from '../../src/node/settings/settings.js';
import type { PowRequest, PowSolution } from '../../src/pow/solver.js';
import { trialValue } from '../../src/objects/difficulty.js';
import { decodeAddress, encodeAddress } from '../../src/objects/address.js';
import type {
  ContactRecord,
  IdentityRecord,
  InboxRecord,
  ListedAddress,
  SentRecord,
} from '../../src/store/repositories.js';
import { concatBytes, equalBytes, NO_BYTES, toHex, utf8 } from '../../src/util/bytes.js';
import { randomBytes } from '../../src/util/random.js';

const EASY = { nonceTrialsPerByte: 10, payloadLengthExtraBytes: 10 };
const NOW_S = 1_795_132_800;

export interface ApiDouble extends ApiNode {
  readonly inboxRows: InboxRecord[];
  readonly sentRows: SentRecord[];
  /** What the network lists. */
  readonly connections: ApiConnection[];
  /** Hashes of announced objects. */
  readonly announced: Uint8Array[];
  /** Ack data of the messages whose sending was given up. */
  readonly cancelled: Uint8Array[];
  /** How often the trash was emptied. */
  emptied: number;
}

export function createApiDouble(overrides: [string, string][] = []): ApiDouble {
  const settings = Settings.open({
    dataDir: '/nonexistent/petrel',
    overrides: [['bitmessagesettings.extralowdifficulty', 'true'], ...overrides],
  });
  const identities = identitiesDouble();
  const inboxRows: InboxRecord[] = [];
  const sentRows: SentRecord[] = [];
  const connections: ApiConnection[] = [];
  const announced: Uint8Array[] = [];
  const cancelled: Uint8Array[] = [];
  const double: ApiDouble = {
    settings,
    identities,
    inboxRows,
    sentRows,
    connections,
    announced,
    cancelled,
    emptied: 0,
    outbox: {
      sendMessage(mail) {
        const own = identities.get(mail.toAddress) !== undefined;
        const row = sentRow(mail, mail.toAddress, own ? 'msgsentnoackexpected' : 'awaitingpubkey');
        sentRows.push(row);
        if (own) inboxRows.push(inboxRow(row));
        return Promise.resolve(row.ackData);
      },
      sendBroadcast(mail) {
        const row = sentRow(mail, '[Broadcast subscribers]', 'broadcastsent');
        sentRows.push(row);
        return Promise.resolve(row.ackData);
      },
      cancel: (ackData) => void cancelled.push(ackData),
    },
    contacts: listDouble<ContactRecord>([]),
    subscriptions: listDouble<ListedAddress>([
      {
        address: 'BM-GtovgYdgs7qXPkoYaRgrLFuFKz1SFpsw',
        label: utf8('Bitmessage new releases/announcements'),
        enabled: true,
      },
    ]),
    store: storeDouble(inboxRows, sentRows, () => (double.emptied += 1)),
    network: {
      connections: () => connections,
      status: () => 'notConnected',
      pendingDownloads: () => 3,
      announce: (hash) => void announced.push(hash),
    },
    pow: {
      solve: (request) => Promise.resolve(solve(request)),
      progress: () => [],
    },
    counters: { messagesProcessed: 1, broadcastsProcessed: 2, pubkeysProcessed: 4 },
  };
  return double;
}

function identitiesDouble(): ApiIdentities {
  const records = new Map<string, IdentityRecord>();
  const first = (passphrase: Uint8Array): AddressKeys =>
    deterministicKeys(passphrase, { leadingZeroBytes: 1 }).next().value;
  const add = (
    keys: AddressKeys,
    label: Uint8Array,
    more: Partial<IdentityRecord>,
    version = 4,
  ) => {
    const address = encodeAddress({ version, stream: 1, ripe: keys.ripe });
    if (records.has(address)) return undefined;
    records.set(address, { ...emptyIdentity, ...keys, address, label, ...more });
    return address;
  };
  const chanLabel = (name: Uint8Array): Uint8Array => concatBytes(utf8('[chan] '), name);
  const change = (address: string, changes: Partial<IdentityRecord>): Promise<boolean> => {
    const record = records.get(address);
    if (record) Object.assign(record, changes);
    return Promise.resolve(record !== undefined);
  };
  return {
    list: () => [...records.values()],
    get: (address) => records.get(address),
    createRandom: ({ label, difficulty }) =>
      Promise.resolve(
        add(createRandomKeys({ leadingZeroBytes: 1 }), label, { ...difficulty }) ?? '',
      ),
    createDeterministic({ passphrase, count, version, label, leadingZeroBytes = 1 }) {
      const keys = deterministicKeys(passphrase, { leadingZeroBytes });
      const added = Array.from({ length: count }, () => add(keys.next().value, label, {}, version));
      return Promise.resolve(added.filter((address) => address !== undefined));
    },
    deriveDeterministic: (passphrase, version, stream) =>
      Promise.resolve(encodeAddress({ version, stream, ripe: first(passphrase).ripe })),
    createChan: (name) => Promise.resolve(add(first(name), chanLabel(name), { chan: true }) ?? ''),
    joinChan(name, address) {
      const decoded = decodeAddress(address);
      const version = decoded.status === 'success' ? decoded.address.version : 4;
      add(first(name), chanLabel(name), { chan: true }, version);
      return Promise.resolve();
    },
    leaveChan(address) {
      records.delete(address);
      return Promise.resolve();
    },
    remove: (address) => Promise.resolve(records.delete(address)),
    setEnabled: (address, enabled) => change(address, { enabled }),
    rename: (address, label) => change(address, { label }),
  };
}

const emptyIdentity: IdentityRecord = {
  address: '',
  label: NO_BYTES,
  enabled: true,
  chan: false,
  signingKey: NO_BYTES,
  encryptionKey: NO_BYTES,
  ...EASY,
  lastPubkeySendS: 0,
  dontSendAck: false,
  mailingList: false,
  mailingListName: NO_BYTES,
  extra: {},
};

/** Tries nonces right here: only for the difficulty of tests. */
function solve({ initialHash, target }: PowRequest): PowSolution {
  for (let nonce = 1n; ; nonce++) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, nonce);
    if (trialValue(bytes, initialHash) > target) continue;
    return { nonce, trials: Number(nonce), elapsedMs: 1 };
  }
}

interface ListDouble<Item> {
  list(): Item[];
  add(record: Item): Promise<boolean>;
  remove(address: string): Promise<boolean>;
}

function listDouble<Item extends { address: string }>(items: Item[]): ListDouble<Item> {
  const records = new Map(items.map((item) => [item.address, item]));
  return {
    list: () => [...records.values()],
    add(record) {
      if (records.has(record.address)) return Promise.resolve(false);
      records.set(record.address, record);
      return Promise.resolve(true);
    },
    remove: (address) => Promise.resolve(records.delete(address)),
  };
}

function sentRow(mail: NewMail, toAddress: string, status: SentRecord['status']): SentRecord {
  return {
    ...mail,
    ackData: concatBytes(Uint8Array.of(0, 0, 0, 2, 1, 1), randomBytes(32)),
    msgid: randomBytes(32),
    toAddress,
    toRipe: new Uint8Array(20),
    sentS: NOW_S,
    lastActionS: NOW_S,
    sleepUntilS: 0,
    retryNumber: 0,
    folder: 'sent',
    status,
    reason: '',
  };
}

function inboxRow({
  msgid,
  toAddress,
  fromAddress,
  subject,
  body,
  encoding,
}: SentRecord): InboxRecord {
  const rest = {
    sigHash: randomBytes(32),
    receivedS: NOW_S,
    folder: 'inbox',
    read: false,
  } as const;
  return { msgid, toAddress, fromAddress, subject, body, encoding, ...rest };
}

function hexIds(rows: readonly { msgid: Uint8Array }[]): string {
  return rows.map(({ msgid }) => toHex(msgid)).join(' ');
}

function storeDouble(
  inbox: InboxRecord[],
  sent: SentRecord[],
  emptied: () => void,
): ApiNode['store'] {
  const isSame = (id: Uint8Array) => (row: { msgid: Uint8Array }) => equalBytes(row.msgid, id);
  const found = <Row extends object>(
    row: Row | undefined,
    changes: Partial<Row>,
  ): Promise<boolean> => {
    if (row) Object.assign(row, changes);
    return Promise.resolve(row !== undefined);
  };
  const byAck = (ackData: Uint8Array): SentRecord | undefined =>
    sent.find((row) => equalBytes(row.ackData, ackData));
  const inFolder = <Row extends { folder: string }>(rows: Row[], folder: string): Row[] =>
    rows.filter((row) => row.folder === folder);
  const unused = (): never => {
    throw new Error('not part of the double');
  };
  return {
    inbox: {
      list: (folder) => Promise.resolve(inFolder(inbox, folder)),
      listIds: (folder) => Promise.resolve(hexIds(inFolder(inbox, folder))),
      get: (msgid) => Promise.resolve(inbox.find(isSame(msgid))),
      listByReceiver: (to) =>
        Promise.resolve(inFolder(inbox, 'inbox').filter((row) => row.toAddress === to)),
      hasSigHash: unused,
      setRead: (msgid, read) => found(inbox.find(isSame(msgid)), { read }),
      move: (msgid, folder) => found(inbox.find(isSame(msgid)), { folder }),
      count: () => Promise.resolve(inbox.length),
    },
    sent: {
      list: (folder) => Promise.resolve(inFolder(sent, folder)),
      listIds: (folder) => Promise.resolve(hexIds(inFolder(sent, folder))),
      get: (msgid) => Promise.resolve(sent.find(isSame(msgid))),
      getByAckData: (ackData) => Promise.resolve(byAck(ackData)),
      listBySender: (from) =>
        Promise.resolve(inFolder(sent, 'sent').filter((row) => row.fromAddress === from)),
      listByStatus: unused,
      countUnfinished: () => Promise.resolve([]),
      add: unused,
      update: (ackData, changes) => found(byAck(ackData), changes),
      count: () => Promise.resolve(sent.length),
    },
    trash: {
      async trash(msgid) {
        await found(inbox.find(isSame(msgid)), { folder: 'trash' });
        await found(sent.find(isSame(msgid)), { folder: 'trash' });
      },
      deleteAndVacuum() {
        emptied();
        return Promise.resolve(0);
      },
    },
    inventory: {
      size: 0,
      lastSeq: 0,
      countByKind: unused,
      has: () => false,
      list: () => [],
      add: () => Promise.resolve(true),
      get: () => Promise.resolve(undefined),
      getMany: () => Promise.resolve([]),
      findByTag: () => Promise.resolve([]),
      readFeed: () => Promise.resolve([]),
      readFeedOf: () => Promise.resolve([]),
      readEntries: () => Promise.resolve([]),
      ensureSeqAbove: unused,
      onAdded: unused,
      removeExpired: unused,
    },
  };
}
