/** Getting byte arrays across a thread border at little cost. */
import { NO_BYTES } from '../util/bytes.js';
import type { Page } from './repositories.js';

/** Arrays from this length on are transferred; shorter ones are copied, which is quicker, bytes. */
const TRANSFER_FROM_BYTES = 1024;

/**
 * The same value with every view of a part of a larger buffer replaced by a copy of that part:
 * posting a view would copy the whole buffer that it looks into (Node's pool, a packet).
 */
export function withoutPartialViews(value: unknown): unknown {
  if (value instanceof Uint8Array) return isWhole(value) ? value : new Uint8Array(value);
  if (Array.isArray(value)) return value.map(withoutPartialViews);
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, withoutPartialViews(field)]),
    );
  }
  return value;
}

/** Buffers of the large arrays in a value that nobody needs here any more. */
export function transferableBuffers(value: unknown, found: ArrayBuffer[] = []): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    const { buffer } = value;
    const large = value.byteLength >= TRANSFER_FROM_BYTES && isWhole(value);
    if (large && buffer instanceof ArrayBuffer) found.push(buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const field of Object.values(value)) transferableBuffers(field, found);
  }
  return found;
}

function isWhole(view: ArrayBufferView): boolean {
  return view.byteLength === view.buffer.byteLength;
}

/** Shorter lists gain nothing. */
const PACK_FROM_ROWS = 16;

/** A long list whose byte arrays lie in one buffer: cloning thousands of small ones is slow. */
export interface PackedRows {
  readonly rows: readonly unknown[];
  /** Names of the fields with bytes; empty when the rows themselves are byte arrays. */
  readonly fields: readonly string[];
  /** Of each array, row by row. */
  readonly lengths: Uint32Array;
  readonly bytes: Uint8Array;
  /** The rows are a page of a longer list. */
  readonly page?: { readonly lastRow: number | undefined };
}

type Row = Record<string, unknown>;

/**
 * Packs a long list of byte arrays or of uniform rows, or a page of them; undefined for anything else.
 * The rows are emptied.
 */
export function packRows(value: unknown): PackedRows | undefined {
  if (isPage(value)) {
    const packed = packRows(value.rows);
    return packed && { ...packed, page: { lastRow: value.lastRow } };
  }
  if (!Array.isArray(value) || value.length < PACK_FROM_ROWS) return undefined;
  const rows = value as unknown[];
  if (rows.every((row) => row instanceof Uint8Array)) {
    return { rows: [], fields: [], ...joined(rows) };
  }
  if (!rows.every(isRow)) return undefined;
  const fields = Object.keys(rows[0] ?? {}).filter((name) => rows[0]?.[name] instanceof Uint8Array);
  const arrays: Uint8Array[] = [];
  for (const row of rows) {
    for (const name of fields) {
      const bytes = row[name];
      if (!(bytes instanceof Uint8Array)) return undefined;
      arrays.push(bytes);
    }
  }
  for (const row of rows) for (const name of fields) row[name] = null;
  return { rows, fields, ...joined(arrays) };
}

/** The list or page again, every byte array that is not empty with a buffer of its own. */
export function unpackRows(packed: PackedRows): unknown {
  const rows = unpackList(packed);
  return packed.page ? { rows, lastRow: packed.page.lastRow } : rows;
}

function unpackList({ rows, fields, lengths, bytes }: PackedRows): unknown[] {
  let [index, offset] = [0, 0];
  const next = (): Uint8Array => {
    const begin = offset;
    offset += lengths[index++] ?? 0;
    // An empty one of its own would take 250 bytes.
    return offset === begin ? NO_BYTES : bytes.slice(begin, offset);
  };
  if (fields.length === 0) return rows.length > 0 ? [...rows] : Array.from(lengths, next);
  for (const row of rows as Row[]) for (const name of fields) row[name] = next();
  return [...rows];
}

function joined(arrays: readonly Uint8Array[]): { lengths: Uint32Array; bytes: Uint8Array } {
  const lengths = Uint32Array.from(arrays, (array) => array.length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    bytes.set(array, offset);
    offset += array.length;
  }
  return { lengths, bytes };
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function isPage(value: unknown): value is Page<unknown> {
  return isRow(value) && Array.isArray(value['rows']) && 'lastRow' in value;
}
