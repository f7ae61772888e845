/** Everything that is in messages.dat, and the objects that may lie beside it as files. */
import { setImmediate as pause } from 'node:timers/promises';
import type { Difficulty } from '../objects/difficulty.js';
import type { BulkAdded } from '../store/bulk.js';
import type { InboxRecord, ListedAddress, SentRecord } from '../store/repositories.js';
import type { Clock } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { ImportOptions, Target } from './import.js';
import {
  ANNOUNCEMENTS,
  FIRST_VERSION_WITH_KEYS,
  LIST_COLUMNS,
  listedAddress,
  PUBKEY_COLUMNS,
  pubkeyRecord,
  withoutDuplicates,
} from './list-rows.js';
import {
  INBOX_COLUMNS,
  inboxRecord,
  madeUpAckData,
  SENT_COLUMNS,
  sentRecord,
} from './mail-rows.js';
import { MessagesFile, type Columns, type RawRow } from './messages-file.js';
import { importObjects } from './objects-import.js';
import type { TakeoverReport } from './report.js';
import { MESSAGES_FILE } from './source-dir.js';
import { bytesKey } from '../util/bytes.js';

/** What PyBitmessage v0.6 writes; newer ones are read as far as the columns are known. */
export const SCHEMA_VERSION = 11;

export interface MessagesSource {
  readonly sourceDir: string;
  /** The private copy of messages.dat. */
  readonly path: string;
  readonly onProgress: ImportOptions['onProgress'];
}

export interface MessagesContext {
  readonly target: Target | undefined;
  /** Objects need a proof of work of this difficulty. */
  readonly minimum: Difficulty;
  readonly clock: Clock;
  readonly report: TakeoverReport;
}

export async function importMessages(
  { sourceDir, path, onProgress }: MessagesSource,
  context: MessagesContext,
): Promise<void> {
  const { report } = context;
  let file: MessagesFile;
  try {
    file = MessagesFile.open(path);
  } catch (error) {
    report.problem(MESSAGES_FILE, `damaged beyond reading (${errorText(error)}): no mail taken`);
    return;
  }
  try {
    if (file.damage !== undefined) {
      report.note(`${MESSAGES_FILE} is damaged (${file.damage}): what can be read is taken`);
    }
    if (file.version > SCHEMA_VERSION) {
      report.note(`${MESSAGES_FILE} is of a newer PyBitmessage (version ${file.version})`);
    }
    const mail = new MailImport(file, context, onProgress);
    await mail.inbox();
    await mail.sent();
    await mail.lists();
    await mail.pubkeys();
    await importObjects(file, sourceDir, context);
  } finally {
    file.close();
  }
}

class MailImport {
  readonly #file: MessagesFile;
  readonly #context: MessagesContext;
  readonly #onProgress: ImportOptions['onProgress'];

  constructor(
    file: MessagesFile,
    context: MessagesContext,
    onProgress: ImportOptions['onProgress'],
  ) {
    this.#file = file;
    this.#context = context;
    this.#onProgress = onProgress;
  }

  async inbox(): Promise<void> {
    const { report, target } = this.#context;
    const seen = new Set<string>();
    for await (const rows of this.#pages('inbox', INBOX_COLUMNS)) {
      const records: InboxRecord[] = [];
      for (const row of rows) {
        const record = inboxRecord(row, (reason) => report.problem('inbox', reason));
        const key = bytesKey(record.msgid);
        // TEXT and BLOB of the same bytes are two values to SQLite.
        if (seen.has(key))
          report.problem('inbox', 'there twice under the same id: the first is taken');
        else records.push(record);
        seen.add(key);
      }
      const added = await target?.store.mailBulk.addInbox(records);
      records.forEach((record, index) => {
        const result = added?.[index] ?? 'added';
        this.#tell(`inbox, ${record.folder}`, result);
        if (result === 'addedWithoutSigHash') {
          report.problem('inbox', 'has the signature of another message: taken without it');
        }
      });
    }
  }

  async sent(): Promise<void> {
    const { report, target } = this.#context;
    const seen = new Set<string>();
    const { version } = this.#file;
    for await (const rows of this.#pages('sent', SENT_COLUMNS)) {
      const records: SentRecord[] = rows.map((row) => {
        const record = sentRecord(row, version, (reason) => report.problem('sent', reason));
        const key = bytesKey(record.ackData);
        if (record.ackData.length > 0 && !seen.has(key)) {
          seen.add(key);
          return record;
        }
        if (seen.has(key)) report.problem('sent', 'shares its ackdata with another: taken without');
        return { ...record, ackData: madeUpAckData(record) };
      });
      const added = await target?.store.mailBulk.addSent(records);
      records.forEach((record, index) => {
        this.#tell(`sent, ${record.folder}`, added?.[index] ?? 'added');
      });
    }
  }

  async lists(): Promise<void> {
    const bulk = this.#context.target?.store.mailBulk;
    const subscriptions = await this.#listed('subscriptions');
    const isThere = subscriptions.some(({ address }) => address === ANNOUNCEMENTS.address);
    if (this.#file.version === 0 && !isThere) subscriptions.push(ANNOUNCEMENTS);
    const tables = [
      ['subscriptions', 'subscription', subscriptions],
      ['blacklist', 'blacklist', await this.#listed('blacklist')],
      ['whitelist', 'whitelist', await this.#listed('whitelist')],
    ] as const;
    for (const [name, list, entries] of tables) {
      const unique = withoutDuplicates(entries);
      this.#tellDuplicates(name, entries.length - unique.length);
      const added = await bulk?.addListed(list, unique);
      this.#context.report.count(name, unique.length, added ?? unique.length);
    }
    const contacts = await this.#listed('addressbook');
    // Without a column "enabled" all are: the first of each address stays.
    const unique = withoutDuplicates(contacts).map(({ address, label }) => ({ address, label }));
    this.#tellDuplicates('address book', contacts.length - unique.length);
    const added = await bulk?.addContacts(unique);
    this.#context.report.count('address book', unique.length, added ?? unique.length);
  }

  /** Keys of before version 8 are in a form that PyBitmessage itself throws away. */
  async pubkeys(): Promise<void> {
    const { report, target } = this.#context;
    if (this.#file.version < FIRST_VERSION_WITH_KEYS) return;
    for await (const rows of this.#pages('pubkeys', PUBKEY_COLUMNS)) {
      const read = rows.map(pubkeyRecord);
      const records = read.filter((record) => typeof record !== 'string');
      for (const reason of read) {
        if (typeof reason === 'string') report.problem('public keys', `${reason}: left out`);
      }
      const added = await target?.store.networkBulk.addPubkeys(records);
      report.count('public keys', records.length, added ?? records.length);
    }
  }

  #tellDuplicates(what: string, count: number): void {
    for (let i = 0; i < count; i++) {
      this.#context.report.problem(what, 'the same address again: taken once');
    }
  }

  async #listed(table: string): Promise<ListedAddress[]> {
    const entries: ListedAddress[] = [];
    for await (const rows of this.#pages(table, LIST_COLUMNS)) {
      for (const row of rows) {
        const entry = listedAddress(row, (address) =>
          this.#context.report.problem(table, 'not an address: left out', address),
        );
        if (entry) entries.push(entry);
      }
    }
    return entries;
  }

  async *#pages(table: string, columns: Columns): AsyncGenerator<RawRow[]> {
    const total = this.#file.count(table) ?? 0;
    let done = 0;
    const onLost = (): void =>
      this.#context.report.problem(table, 'a row cannot be read any more (damaged file)');
    for (const rows of this.#file.pages(table, columns, onLost)) {
      yield rows;
      done += rows.length;
      this.#onProgress?.(table, done, total);
      await pause();
    }
  }

  #tell(what: string, result: BulkAdded): void {
    const taken = result === 'present' ? 0 : 1;
    this.#context.report.count(what, 1, taken);
  }
}
