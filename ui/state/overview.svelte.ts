/** What every view knows: own addresses, the books, what is unread, how the node is connected. */
import { call } from './api.js';
import { live } from './live.svelte.js';
import type {
  Contact,
  Counts,
  Identity,
  ListedAddress,
  NetworkStatus,
  NodeInfo,
} from './records.js';
import { BROADCAST_RECIPIENT } from './records.js';
import { soon } from './soon.js';

/** Most entries of a book that the page keeps; completion beyond them asks the node. */
const MAX_ENTRIES = 2_000;
const PAGE_ROWS = 500;

const NO_COUNTS = { unread: 0, requests: 0, outbox: 0, drafts: 0 };

class Overview {
  loaded = $state(false);
  info = $state.raw<NodeInfo>();
  identities = $state.raw<readonly Identity[]>([]);
  chans = $state.raw<readonly Identity[]>([]);
  contacts = $state.raw<readonly Contact[]>([]);
  subscriptions = $state.raw<readonly ListedAddress[]>([]);
  blocked = $state.raw<readonly ListedAddress[]>([]);
  allowed = $state.raw<readonly ListedAddress[]>([]);
  senderMode = $state<'black' | 'white'>('black');
  counts = $state.raw(NO_COUNTS);
  network = $state.raw<NetworkStatus>();
  #unread = $state.raw<ReadonlyMap<string, number>>(new Map());
  readonly #names = $derived(
    new Map(
      [...this.subscriptions, ...this.contacts, ...this.chans, ...this.identities].map((entry) => [
        entry.address,
        entry.label,
      ]),
    ),
  );

  get connections(): number {
    return this.network?.peers ?? 0;
  }

  unreadOf(address: string): number {
    return this.#unread.get(address) ?? 0;
  }

  /** What the person calls an address; '' when nothing. */
  nameOf(address: string): string {
    return this.#names.get(address) ?? '';
  }

  isOwn(address: string): boolean {
    return [...this.identities, ...this.chans].some((identity) => identity.address === address);
  }

  isContact(address: string): boolean {
    return this.contacts.some((contact) => contact.address === address);
  }

  isBroadcast(toAddress: string): boolean {
    return toAddress === BROADCAST_RECIPIENT;
  }

  /** Follows the events until the returned function is called. */
  start(): () => void {
    const readCounts = soon(() => this.#readCounts());
    const readNetwork = soon(() => this.#readNetwork());
    const readOwn = soon(() => this.#readOwn());
    const readBooks = soon(() => this.#readBooks());
    const ends = [
      live.on(
        ['message.received', 'message.changed', 'outgoing.changed', 'draft.changed'],
        readCounts,
      ),
      live.on(['identity.made', 'identity.changed', 'identity.removed'], readOwn),
      live.on(['book.changed'], readBooks),
      live.on(['network.changed', 'peer.up', 'peer.down'], readNetwork),
      live.on(
        ['resync'],
        soon(() => this.readAll()),
      ),
    ];
    return () => ends.forEach((end) => end());
  }

  async readAll(): Promise<void> {
    await Promise.all([
      this.#readInfo(),
      this.#readOwn(),
      this.#readBooks(),
      this.#readCounts(),
      this.#readNetwork(),
    ]);
    this.loaded = true;
  }

  async #readInfo(): Promise<void> {
    this.info = await call('node.info', {});
  }

  async #readOwn(): Promise<void> {
    const all = await allPages(async (cursor) => {
      const page = await call('identities.list', { kind: 'all', limit: PAGE_ROWS, ...cursor });
      return { rows: page.identities, nextCursor: page.nextCursor };
    });
    this.identities = all.filter(({ chan }) => !chan);
    this.chans = all.filter(({ chan }) => chan);
  }

  async #readBooks(): Promise<void> {
    this.contacts = await allPages(async (cursor) => {
      const page = await call('contacts.list', { limit: PAGE_ROWS, ...cursor });
      return { rows: page.contacts, nextCursor: page.nextCursor };
    });
    this.subscriptions = await allPages(async (cursor) => {
      const page = await call('subscriptions.list', { limit: PAGE_ROWS, ...cursor });
      return { rows: page.subscriptions, nextCursor: page.nextCursor };
    });
    const senders = await call('senders.mode', {});
    this.senderMode = senders.mode;
    this.blocked = senders.blacklist;
    this.allowed = senders.whitelist;
  }

  async #readCounts(): Promise<void> {
    const { folders, drafts, identities, chans, feeds } = await call('messages.counts', {});
    this.counts = toCounts(folders, drafts);
    this.#unread = new Map(
      [...identities, ...chans, ...feeds].map(({ address, unread }) => [address, unread]),
    );
  }

  async #readNetwork(): Promise<void> {
    this.network = await call('network.status', {});
  }
}

function toCounts(folders: Counts['folders'], drafts: number): typeof NO_COUNTS {
  return {
    unread: folders.inbox.unread,
    requests: folders.requests.unread,
    outbox: folders.outbox.total,
    drafts,
  };
}

async function allPages<Row>(
  read: (cursor: { cursor?: string }) => Promise<{ rows: Row[]; nextCursor: string | undefined }>,
): Promise<Row[]> {
  const all: Row[] = [];
  let cursor: { cursor?: string } = {};
  while (all.length < MAX_ENTRIES) {
    const { rows, nextCursor } = await read(cursor);
    all.push(...rows);
    if (nextCursor === undefined) break;
    cursor = { cursor: nextCursor };
  }
  return all;
}

export const overview = new Overview();
