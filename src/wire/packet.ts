import { NO_BYTES, utf8 } from '../util/bytes.js';
import { checksum } from './checksum.js';
import {
  COMMAND_BYTES,
  MAX_SENT_PAYLOAD_BYTES,
  NETWORK_MAGIC,
  PACKET_HEADER_BYTES,
} from './limits.js';
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

/** A packet as it came, with what its checksum was compared with. */
export interface ReceivedPacket extends Packet {
  /** SHA-512 of the payload, 64 bytes: the inventory hash of an object begins here. */
  readonly payloadHash: Uint8Array;
}

export function isKnownCommand(command: string): command is Command {
  return (COMMANDS as readonly string[]).includes(command);
}

const LENGTH_OFFSET = 4 + COMMAND_BYTES;

/** magic(4) ‖ command(12), made once: packets are sent by the hundred thousand. */
const HEADER_BEGIN = Object.fromEntries(
  COMMANDS.map((command) => [command, headerBegin(command)]),
) as Readonly<Record<Command, Uint8Array>>;

/**
 * magic(4) ‖ command(12, zero padded) ‖ length(4) ‖ checksum(4) ‖ payload  [protocol.py:CreatePacket].
 * @throws RangeError when the payload is longer than anybody accepts.
 */
export function encodePacket(command: Command, payload: Uint8Array = NO_BYTES): Uint8Array {
  if (payload.length > MAX_SENT_PAYLOAD_BYTES) throw new RangeError('payload too long to be sent');
  const packet = new Uint8Array(PACKET_HEADER_BYTES + payload.length);
  packet.set(HEADER_BEGIN[command]);
  const { length } = payload;
  packet.set([length >>> 24, length >>> 16, length >>> 8, length], LENGTH_OFFSET);
  packet.set(checksum(payload), LENGTH_OFFSET + 4);
  packet.set(payload, PACKET_HEADER_BYTES);
  return packet;
}

function headerBegin(command: Command): Uint8Array {
  const name = new Uint8Array(COMMAND_BYTES);
  name.set(utf8(command));
  return new Writer().u32(NETWORK_MAGIC).bytes(name).finish();
}
