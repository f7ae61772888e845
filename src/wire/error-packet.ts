import { displayText, utf8 } from '../util/bytes.js';
import {
  INVENTORY_HASH_BYTES,
  MAX_ERROR_TEXT_CHARACTERS,
  MAX_RECEIVED_PAYLOAD_BYTES,
} from './limits.js';
import { Reader } from './reader.js';
import { Writer } from './writer.js';

/** Protocol: error. A sender that says fatal has given the connection up. */
export const ERROR_SEVERITY = { warning: 0, error: 1, fatal: 2 } as const;

export interface ErrorPayload {
  /** One of {@link ERROR_SEVERITY}. */
  readonly fatal: number;
  /** How long the sender will not talk to us; PyBitmessage always says 0. */
  readonly banTimeS: number;
  /** Hash of the object this is about (32 bytes), or empty. */
  readonly inventoryVector: Uint8Array;
  /** From a stranger: for logs only. When received, cut to 1,000 characters, without control characters. */
  readonly text: string;
}

/** varint fatal ‖ varint ban time ‖ varbytes inventory vector ‖ varbytes text. */
export function encodeError(error: ErrorPayload): Uint8Array {
  return new Writer()
    .varint(error.fatal)
    .varint(error.banTimeS)
    .varBytes(error.inventoryVector)
    .varBytes(utf8(error.text))
    .finish();
}

/** @throws WireError */
export function decodeError(payload: Uint8Array): ErrorPayload {
  const reader = new Reader(payload);
  const fatal = reader.varint();
  const banTimeS = reader.varint();
  const inventoryVector = reader.varBytes(INVENTORY_HASH_BYTES);
  const text = displayText(reader.varBytes(MAX_RECEIVED_PAYLOAD_BYTES))
    .slice(0, MAX_ERROR_TEXT_CHARACTERS)
    // It ends in a log on somebody's terminal: no line breaks, escapes or direction marks.
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
  return { fatal, banTimeS, inventoryVector, text };
}
