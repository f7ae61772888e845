/** Message encoding 3: zlib around a MessagePack map [helper_msgcoding.py, messagetypes/message.py]. */
import { deflateSync, inflateSync } from 'node:zlib';
import { equalBytes, NO_BYTES, utf8 } from '../util/bytes.js';
import { WireError } from '../wire/errors.js';
import { Writer } from '../wire/writer.js';
import type { MessageText } from './message-encoding.js';
import { MsgpackReader } from './msgpack-reader.js';

/** PyBitmessage's option zlib/maxsize. */
export const MAX_INFLATED_BYTES = 1_048_576;

/** zlib's best: what PyBitmessage uses. */
const COMPRESSION_LEVEL = 9;

const TYPE_KEY = NO_BYTES;
const SUBJECT_KEY = utf8('subject');
const BODY_KEY = utf8('body');

/** The only type of map that is in use; PyBitmessage's `vote` is not. */
const MESSAGE_TYPE = utf8('message');

/** All strings as MessagePack `bin`: with `str` PyBitmessage shows other than ASCII texts empty. */
export function encodeExtended({ subject, body }: MessageText): Uint8Array {
  const fields = [
    [TYPE_KEY, MESSAGE_TYPE],
    [BODY_KEY, body],
    [SUBJECT_KEY, subject],
  ] as const;
  const writer = new Writer().u8(0x80 | fields.length);
  for (const [key, value] of fields) {
    writeBin(writer, key);
    writeBin(writer, value);
  }
  return new Uint8Array(deflateSync(writer.finish(), { level: COMPRESSION_LEVEL }));
}

/** Bytes behind the zlib stream and behind the map are ignored; undefined when malformed. */
export function decodeExtended(data: Uint8Array, maxBytes: number): MessageText | undefined {
  const packed = inflate(data, maxBytes);
  if (!packed) return undefined;
  try {
    return readMap(new MsgpackReader(packed));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return undefined;
  }
}

/** Missing texts are empty; of keys that are repeated the last one counts; others are skipped. */
function readMap(reader: MsgpackReader): MessageText | undefined {
  let type: Uint8Array | undefined;
  let subject: Uint8Array = NO_BYTES;
  let body: Uint8Array = NO_BYTES;
  for (let left = reader.mapSize(); left > 0; left--) {
    const key = reader.stringOrSkip();
    if (key && equalBytes(key, TYPE_KEY)) type = reader.string();
    else if (key && equalBytes(key, SUBJECT_KEY)) subject = reader.string();
    else if (key && equalBytes(key, BODY_KEY)) body = reader.string();
    else reader.skip();
  }
  return type && equalBytes(type, MESSAGE_TYPE) ? { subject, body } : undefined;
}

function inflate(data: Uint8Array, maxBytes: number): Uint8Array | undefined {
  try {
    return new Uint8Array(inflateSync(data, { maxOutputLength: maxBytes }));
  } catch {
    return undefined; // Broken, cut, or larger than allowed: zlib's only failures here.
  }
}

function writeBin(writer: Writer, bytes: Uint8Array): void {
  if (bytes.length <= 0xff) writer.u8(0xc4).u8(bytes.length);
  else if (bytes.length <= 0xffff) writer.u8(0xc5).u16(bytes.length);
  else writer.u8(0xc6).u32(bytes.length);
  writer.bytes(bytes);
}
