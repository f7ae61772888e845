/** How long the database takes: what the worker measured, by kind of request, and the wait for it. */
import { Histogram } from '../util/histogram.js';
import type { TableName } from './protocol.js';

/** What a request of the store is about; few, as each is a row of ranges. */
export const STORE_REQUESTS = [
  'inventory-add',
  'inventory-read',
  'inventory-remove',
  'journal',
  'mail',
  'search',
  'people',
  'other',
] as const;

export type StoreRequest = (typeof STORE_REQUESTS)[number];

/** Seconds: from a row that is in memory to a vacuum. */
const BOUNDS_S = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

const BY_TABLE: Partial<Record<TableName, StoreRequest>> = {
  journal: 'journal',
  backfill: 'journal',
  inbox: 'mail',
  sent: 'mail',
  trash: 'mail',
  mailbox: 'mail',
  drafts: 'mail',
  search: 'search',
  identities: 'people',
  contacts: 'people',
  subscriptions: 'people',
  blacklist: 'people',
  whitelist: 'people',
  pubkeys: 'people',
};

/** The kind of an operation of a table. */
export function storeRequest(table: TableName, operation: string): StoreRequest {
  if (table !== 'inventory') return BY_TABLE[table] ?? 'other';
  if (operation === 'addBatch') return 'inventory-add';
  return operation === 'removeBatch' ? 'inventory-remove' : 'inventory-read';
}

export class StoreTimes {
  /** Seconds of work in the worker. */
  readonly work: Readonly<Record<StoreRequest, Histogram>>;
  /** Seconds from the request to its answer that the worker was not at work on it. */
  readonly waits = new Histogram(BOUNDS_S);

  constructor() {
    const entries = STORE_REQUESTS.map((kind) => [kind, new Histogram(BOUNDS_S)] as const);
    this.work = Object.fromEntries(entries) as Record<StoreRequest, Histogram>;
  }

  /** @param totalMs from the request to its answer, `tookMs` of it in the worker */
  add(kind: StoreRequest, totalMs: number, tookMs: number): void {
    this.work[kind].add(tookMs / 1000);
    this.waits.add(Math.max(0, totalMs - tookMs) / 1000);
  }
}
