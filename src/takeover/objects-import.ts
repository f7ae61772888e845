/** The inventory in both of its forms, and the objects that were still to be processed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkObject } from '../objects/check.js';
import { ObjectError } from '../objects/errors.js';
import { tagOf } from '../objects/object.js';
import type { InventoryEntry } from '../store/repositories.js';
import { bytesKey } from '../util/bytes.js';
import { bytesOf } from './mail-rows.js';
import type { MessagesFile } from './messages-file.js';
import type { MessagesContext } from './messages-import.js';

const OBJECTS_DIRECTORY = join('inventory', 'objects');
/** From this version on the table holds whole objects of protocol version 3. */
const FIRST_VERSION = 7;
/** Objects read from files before they are stored. */
const FILES_PER_BATCH = 200;
const OBJECTS = 'network objects';

export async function importObjects(
  file: MessagesFile,
  sourceDir: string,
  context: MessagesContext,
): Promise<void> {
  const { target, report } = context;
  const queued = file.version < FIRST_VERSION ? [] : readQueue(file, context);
  const waiting = new Set(queued.map((entry) => bytesKey(entry.hash)));
  const isProcessed = await feedIsProcessed(context);
  const onLost = (): void =>
    report.problem(OBJECTS, 'a row cannot be read any more (damaged file)');
  const add = async (objects: Uint8Array[]): Promise<void> => {
    const entries = objects.map((object) => entryOf(object, context)).filter(isEntry);
    await addEntries(
      entries.filter((entry) => !waiting.has(bytesKey(entry.hash))),
      context,
    );
  };
  if (file.version >= FIRST_VERSION) {
    for (const rows of file.pages('inventory', { payload: 'bytes' }, onLost)) {
      await add(rows.map((row) => bytesOf(row, 'payload')));
    }
  }
  for (const objects of objectFiles(join(sourceDir, OBJECTS_DIRECTORY))) await add(objects);
  // PyBitmessage has processed these: what it took from them is taken, what was deleted stays so.
  if (isProcessed && target) {
    await target.store.journal.commit({ feedPosition: await target.store.networkBulk.lastSeq() });
  }
  await addEntries(queued, context);
  if (queued.length > 0)
    report.note(`${queued.length} objects wait to be processed at the next start`);
}

/** Whether everything in Petrel's own inventory has been processed: then the feed may move on. */
async function feedIsProcessed({ target }: MessagesContext): Promise<boolean> {
  if (!target) return false;
  const { journal, networkBulk } = target.store;
  return (await journal.feedPosition()) >= (await networkBulk.lastSeq());
}

function readQueue(file: MessagesFile, context: MessagesContext): InventoryEntry[] {
  const onLost = (): void =>
    context.report.problem('waiting objects', 'a row cannot be read any more (damaged file)');
  return [...file.pages('objectprocessorqueue', { data: 'bytes' }, onLost)]
    .flat()
    .map((row) => entryOf(bytesOf(row, 'data'), context))
    .filter(isEntry);
}

function* objectFiles(directory: string): Generator<Uint8Array[]> {
  if (!existsSync(directory)) return;
  const names = readdirSync(directory).filter((name) => /^[0-9a-f]{64}$/i.test(name));
  for (let at = 0; at < names.length; at += FILES_PER_BATCH) {
    yield names
      .slice(at, at + FILES_PER_BATCH)
      .map((name) => join(directory, name, 'data'))
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path));
  }
}

/** Everything is taken from the object itself: the columns beside it are not always right. */
function entryOf(
  object: Uint8Array,
  { minimum, clock, report }: MessagesContext,
): InventoryEntry | undefined {
  try {
    const { header, hash } = checkObject(object, { nowS: clock.nowS(), minimum, streams: [1] });
    const { type, version, stream, expiresS } = header;
    if (expiresS <= clock.nowS()) throw new ObjectError('expired', 'expired');
    return { hash, type, version, stream, expiresS, tag: tagOf(header, object), object };
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    report.tally(OBJECTS).found++;
    report.problem(OBJECTS, `${error.code}: left out`);
    return undefined;
  }
}

function isEntry(entry: InventoryEntry | undefined): entry is InventoryEntry {
  return entry !== undefined;
}

async function addEntries(
  entries: readonly InventoryEntry[],
  { target, report }: MessagesContext,
): Promise<void> {
  const added = target
    ? await Promise.all(entries.map((entry) => target.store.inventory.add(entry)))
    : entries.map(() => true);
  report.count(OBJECTS, entries.length, added.filter(Boolean).length);
}
