/** Getting byte arrays across a thread border at little cost. */

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
