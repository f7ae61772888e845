/** How subject and body of a message become bytes and back [helper_msgcoding.py]. */
import { concatBytes, NO_BYTES, utf8 } from '../util/bytes.js';
import { decodeExtended, encodeExtended, MAX_INFLATED_BYTES } from './extended-encoding.js';

export const MESSAGE_ENCODING = {
  /** Not for people: never shown. */
  ignore: 0,
  /** The body alone. */
  trivial: 1,
  /** `Subject:` subject LF `Body:` body. */
  simple: 2,
  /** Compressed MessagePack map. */
  extended: 3,
} as const;

/** What people write and read: normally UTF-8, kept as it came. */
export interface MessageText {
  readonly subject: Uint8Array;
  readonly body: Uint8Array;
}

const SUBJECT_MARKER = utf8('Subject:');
const BODY_MARKER = utf8('\nBody:');

/** A SIMPLE subject is cut there by everybody who reads it. */
export const MAX_SIMPLE_SUBJECT_BYTES = 500;

/** LF, VT, FF, CR: what ends a line for PyBitmessage, and so a SIMPLE subject. */
const LINE_BREAKS: readonly number[] = [0x0a, 0x0b, 0x0c, 0x0d];

/** Shown for an encoding that is not known; the words are those of PyBitmessage. */
const UNKNOWN_ENCODING: MessageText = {
  subject: utf8('Unknown encoding'),
  body: utf8('The message has an unknown encoding.\nPerhaps you should upgrade Bitmessage.'),
};

/**
 * In SIMPLE messages line breaks of the subject become spaces: it could not be told from the body
 * otherwise. TRIVIAL messages have no subject.
 */
export function encodeMessage(encoding: 1 | 2 | 3, { subject, body }: MessageText): Uint8Array {
  switch (encoding) {
    case MESSAGE_ENCODING.trivial:
      return body;
    case MESSAGE_ENCODING.simple:
      return concatBytes(SUBJECT_MARKER, oneLine(subject), BODY_MARKER, body);
    case MESSAGE_ENCODING.extended:
      return encodeExtended({ subject, body });
  }
}

export interface DecodeMessageOptions {
  /** A compressed message that is larger when inflated is dropped. */
  readonly maxInflatedBytes?: number;
}

/**
 * Undefined for a message that is to be dropped: encoding 0, and what is malformed in encoding 3.
 * TRIVIAL is read like SIMPLE, which is what PyBitmessage does.
 */
export function decodeMessage(
  encoding: number,
  data: Uint8Array,
  { maxInflatedBytes = MAX_INFLATED_BYTES }: DecodeMessageOptions = {},
): MessageText | undefined {
  switch (encoding) {
    case MESSAGE_ENCODING.ignore:
      return undefined;
    case MESSAGE_ENCODING.trivial:
    case MESSAGE_ENCODING.simple:
      return decodeSimple(data);
    case MESSAGE_ENCODING.extended:
      return decodeExtended(data, maxInflatedBytes);
    default:
      return UNKNOWN_ENCODING;
  }
}

/** Everything before the first body marker counts as `Subject:` and subject, whatever it says. */
function decodeSimple(data: Uint8Array): MessageText {
  const marker = indexOf(data, BODY_MARKER);
  if (marker <= 1) return { subject: NO_BYTES, body: data };
  const subject = data.slice(SUBJECT_MARKER.length, Math.max(marker, SUBJECT_MARKER.length));
  return {
    subject: firstLine(subject.slice(0, MAX_SIMPLE_SUBJECT_BYTES)),
    body: data.slice(marker + BODY_MARKER.length),
  };
}

function firstLine(text: Uint8Array): Uint8Array {
  const end = text.findIndex((byte) => LINE_BREAKS.includes(byte));
  return end === -1 ? text : text.slice(0, end);
}

function oneLine(text: Uint8Array): Uint8Array {
  return text.map((byte) => (LINE_BREAKS.includes(byte) ? 0x20 : byte));
}

function indexOf(data: Uint8Array, wanted: Uint8Array): number {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).indexOf(wanted);
}
