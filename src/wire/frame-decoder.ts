import { sha512 } from '../crypto/hashes.js';
import { bytesKey } from '../util/bytes.js';
import { WireError } from './errors.js';
import {
  COMMAND_BYTES,
  MAX_RECEIVED_PAYLOAD_BYTES,
  NETWORK_MAGIC,
  PACKET_HEADER_BYTES,
} from './limits.js';
import type { ReceivedPacket } from './packet.js';

const LENGTH_OFFSET = 4 + COMMAND_BYTES;
const CHECKSUM_OFFSET = LENGTH_OFFSET + 4;
const CHECKSUM_BYTES = 4;

/** An empty buffer of more than this is given back; below, it serves the next chunks, too. */
const KEPT_CAPACITY_BYTES = 65_536;

/** Growing ends there: the largest packet and something for the one behind it. */
const GROWN_CAPACITY_BYTES = PACKET_HEADER_BYTES + MAX_RECEIVED_PAYLOAD_BYTES + KEPT_CAPACITY_BYTES;

/**
 * Cuts a byte stream into packets: `push` what arrives, then take packets with `next` until it
 * gives undefined. What is pending is copied into one buffer that at least doubles when it grows, so
 * the work is linear in the bytes received however they are split, and a sender of single bytes costs
 * no more memory than twice what it sent. Held at most: the largest packet and one chunk.
 *
 * A wrong magic or an announced length above the limit is refused as soon as these bytes are there,
 * before the payload is waited for. There is no search for the next magic: after an error the stream
 * is lost, and `next` throws again. Rules: [bmproto.py:state_bm_header, state_bm_command].
 */
export class FrameDecoder {
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;

  /** Bytes received and not yet handed out. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  /** Bytes of memory this decoder holds. */
  get heldBytes(): number {
    return this.#buffer.length;
  }

  /** Copies `chunk`; the caller may use its memory again. */
  push(chunk: Uint8Array): void {
    if (chunk.length > this.#buffer.length - this.#end) this.#makeRoom(chunk.length);
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * The next whole packet, with a payload of its own memory; undefined when more bytes are needed.
   * @throws WireError `bad-magic`, `too-long` or `bad-checksum`
   */
  next(): ReceivedPacket | undefined {
    const view = new DataView(this.#buffer.buffer, this.#start, this.pendingBytes);
    if (view.byteLength >= 4 && view.getUint32(0) !== NETWORK_MAGIC) {
      throw new WireError('bad-magic', 'not a packet of this network');
    }
    if (view.byteLength < CHECKSUM_OFFSET) return undefined;
    const payloadLength = view.getUint32(LENGTH_OFFSET);
    if (payloadLength > MAX_RECEIVED_PAYLOAD_BYTES) {
      throw new WireError('too-long', `a packet of ${payloadLength} bytes is announced`);
    }
    if (view.byteLength < PACKET_HEADER_BYTES + payloadLength) return undefined;
    return this.#take(payloadLength);
  }

  /** Everything not handed out, e.g. the begin of a TLS handshake; the decoder is empty then. */
  takeRest(): Uint8Array {
    const rest = this.#buffer.slice(this.#start, this.#end);
    this.#consume(rest.length);
    return rest;
  }

  #take(payloadLength: number): ReceivedPacket {
    const header = this.#buffer.subarray(this.#start, this.#start + PACKET_HEADER_BYTES);
    const payloadStart = this.#start + PACKET_HEADER_BYTES;
    const payload = this.#buffer.slice(payloadStart, payloadStart + payloadLength);
    const payloadHash = sha512(payload);
    if (!hasChecksum(payloadHash, header)) {
      throw new WireError('bad-checksum', 'wrong checksum');
    }
    const command = commandText(header.subarray(4, LENGTH_OFFSET));
    this.#consume(PACKET_HEADER_BYTES + payloadLength);
    return { command, payload, payloadHash };
  }

  #consume(length: number): void {
    this.#start += length;
    if (this.#start < this.#end) return;
    this.#start = 0;
    this.#end = 0;
    if (this.#buffer.length > KEPT_CAPACITY_BYTES) this.#buffer = new Uint8Array(0);
  }

  #makeRoom(length: number): void {
    const pending = this.#buffer.subarray(this.#start, this.#end);
    const needed = pending.length + length;
    // Moving within the buffer is only worth it when that frees at least half; else it could be
    // done again and again for a few bytes.
    if (needed <= this.#buffer.length / 2) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    } else {
      const larger = new Uint8Array(Math.max(needed, Math.min(needed * 2, GROWN_CAPACITY_BYTES)));
      larger.set(pending);
      this.#buffer = larger;
    }
    this.#start = 0;
    this.#end = pending.length;
  }
}

function hasChecksum(payloadHash: Uint8Array, header: Uint8Array): boolean {
  for (let i = 0; i < CHECKSUM_BYTES; i++) {
    if (header[CHECKSUM_OFFSET + i] !== payloadHash[i]) return false;
  }
  return true;
}

/** One character per byte; only zeros at the end are padding. */
function commandText(field: Uint8Array): string {
  let length = field.length;
  while (length > 0 && field[length - 1] === 0) length--;
  return bytesKey(field.subarray(0, length));
}
