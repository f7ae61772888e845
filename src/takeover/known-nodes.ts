/** knownnodes.dat: JSON, or the pickles of before. */
import type { NodeRecord } from '../store/repositories.js';
import { displayText } from '../util/bytes.js';
import { parseHost } from '../wire/net-addr.js';
import { PickleError, readPickle, type PickleValue } from './pickle.js';

const DEFAULT_PORT = 8444;
const MAX_PORT = 65_535;
/** Streams that PyBitmessage keeps nodes of [knownnodes.py]. */
const MAX_STREAM = 3;
/** NODE_NETWORK: what a node is taken for until it says so itself. */
const SERVICES = 1n;
const RATING_DIGITS = 2;
const INDENT = 4;

export interface ReadNodes {
  readonly nodes: NodeRecord[];
  /** Entries that are no node. */
  readonly unusable: number;
}

/** @throws PickleError, SyntaxError when the file is neither form. */
export function readKnownNodes(bytes: Uint8Array): ReadNodes {
  const entries = looksLikeJson(bytes) ? jsonEntries(bytes) : pickleEntries(readPickle(bytes));
  const nodes = entries.map(nodeOf);
  const usable = nodes.filter((node) => node !== undefined);
  return { nodes: usable, unusable: nodes.length - usable.length };
}

/** The JSON form [knownnodes.py:json_serialize_knownnodes]. */
export function encodeKnownNodes(nodes: readonly NodeRecord[]): string {
  const entries = nodes.map(({ host, port, stream, lastSeenS, rating, self }) => ({
    stream,
    peer: { host, port },
    info: { lastseen: lastSeenS, rating: Number(rating.toFixed(RATING_DIGITS)), self },
  }));
  return `${JSON.stringify(entries, undefined, INDENT)}\n`;
}

interface Entry {
  readonly stream: unknown;
  readonly host: unknown;
  readonly port: unknown;
  readonly lastSeen: unknown;
  readonly rating: unknown;
  readonly self: unknown;
}

function nodeOf({ stream, host, port, lastSeen, rating, self }: Entry): NodeRecord | undefined {
  if (typeof host !== 'string' || !parseHost(host)) return undefined;
  if (!isWhole(stream, MAX_STREAM) || !isWhole(port, MAX_PORT)) return undefined;
  return {
    host,
    port,
    stream,
    services: SERVICES,
    lastSeenS: typeof lastSeen === 'number' ? Math.trunc(lastSeen) : 0,
    rating: typeof rating === 'number' ? Math.max(-1, Math.min(1, rating)) : 0,
    self: self === true,
  };
}

function isWhole(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
}

function looksLikeJson(bytes: Uint8Array): boolean {
  return /^\s*\[/.test(displayText(bytes.subarray(0, 64)));
}

function jsonEntries(bytes: Uint8Array): Entry[] {
  const list = JSON.parse(displayText(bytes)) as unknown;
  if (!Array.isArray(list)) throw new SyntaxError('not a list');
  return list.map((item: unknown) => {
    const { stream, peer, info } = fieldsOf(item);
    const { host, port = DEFAULT_PORT } = fieldsOf(peer);
    const { lastseen, rating, self } = fieldsOf(info);
    return { stream, host, port, lastSeen: lastseen, rating, self };
  });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** `{stream: {Peer: lastseen or {'lastseen', 'rating', 'self'}}}` */
function pickleEntries(value: PickleValue): Entry[] {
  const entries: Entry[] = [];
  if (!(value instanceof Map)) throw new PickleError('it is no dictionary');
  for (const [stream, nodes] of value) {
    if (!(nodes instanceof Map)) throw new PickleError('a stream is no dictionary');
    for (const [peer, info] of nodes) {
      const isPeer = typeof peer === 'object' && peer !== null && 'host' in peer;
      const { host, port } = isPeer ? peer : { host: undefined, port: undefined };
      const get = (name: string): unknown => (info instanceof Map ? info.get(name) : undefined);
      const lastSeen = info instanceof Map ? get('lastseen') : info;
      entries.push({ stream, host, port, lastSeen, rating: get('rating'), self: get('self') });
    }
  }
  return entries;
}
