import { concatBytes, NO_BYTES } from '../util/bytes.js';
import { checksum } from './checksum.js';
import { COMMAND_BYTES, MAX_SENT_PAYLOAD_BYTES, NETWORK_MAGIC } from './limits.js';
import { Writer } from './writer.js';

/** The commands of the protocol. `portcheck` is known so that it can be ignored on purpose. */
export const COMMANDS = [
  'version',
  'verack',
  'addr',
  'inv',
  'dinv',
  'getdata',
  'object',
  'error',
  'ping',
  'pong',
  'portcheck',
] as const;

export type Command = (typeof COMMANDS)[number];

/** A framed unit on the wire. */
export interface Packet {
  /**
   * The command field as text, one character per byte, without the zeros at its end. Commands match
   * exactly: whatever is not one of {@link COMMANDS} is unknown and ignored.
   */
  readonly command: string;
  readonly payload: Uint8Array;
}

export function isKnownCommand(command: string): command is Command {
  return (COMMANDS as readonly string[]).includes(command);
}

/**
 * magic(4) ‖ command(12, zero padded) ‖ length(4) ‖ checksum(4) ‖ payload  [protocol.py:CreatePacket].
 * @throws RangeError when the payload is longer than anybody accepts.
 */
export function encodePacket(command: Command, payload: Uint8Array = NO_BYTES): Uint8Array {
  if (payload.length > MAX_SENT_PAYLOAD_BYTES) throw new RangeError('payload too long to be sent');
  const name = new Uint8Array(COMMAND_BYTES);
  name.set(new TextEncoder().encode(command));
  const header = new Writer()
    .u32(NETWORK_MAGIC)
    .bytes(name)
    .u32(payload.length)
    .bytes(checksum(payload))
    .finish();
  return concatBytes(header, payload);
}
