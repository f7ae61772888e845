import { utf8 } from '../util/bytes.js';
import { IP_BYTES } from './ip.js';
import {
  MAX_USER_AGENT_BYTES,
  MAX_VERSION_STREAMS,
  NONCE_BYTES,
  SERVICE,
  SHORT_NET_ADDR_BYTES,
} from './limits.js';
import { parseHost, readNetAddr, writeNetAddr } from './net-addr.js';
import { clampToNumber, Reader } from './reader.js';
import { Writer } from './writer.js';

/** Stands for hosts that are not told, or that do not fit [protocol.py:assembleVersionMessage]. */
export const UNTOLD_HOST = '127.0.0.1';

/** Payload of `version`. Protocol: version. */
export interface VersionPayload {
  readonly protocolVersion: number;
  /** Bits of {@link SERVICE}; the sender's. */
  readonly services: bigint;
  /** Signed unix seconds, within ±2^53. */
  readonly timestampS: number;
  /** The receiver's address as the sender sees it. */
  readonly receiverHost: string;
  readonly receiverPort: number;
  /** Where the sender listens. (Its host is never told: always 127.0.0.1.) */
  readonly senderPort: number;
  /** 8 bytes, other ones for each connection: tells a node that it talks to itself. */
  readonly nonce: Uint8Array;
  readonly userAgent: string;
  readonly streams: readonly number[];
}

export function encodeVersion(version: VersionPayload): Uint8Array {
  if (version.nonce.length !== NONCE_BYTES) throw new RangeError('nonce must have 8 bytes');
  const fits = parseHost(version.receiverHost)?.length === IP_BYTES;
  const writer = new Writer()
    .u32(version.protocolVersion)
    .u64(version.services)
    .u64(BigInt.asUintN(64, BigInt(version.timestampS)));
  writeNetAddr(writer, {
    services: SERVICE.network,
    host: fits ? version.receiverHost : UNTOLD_HOST,
    port: version.receiverPort,
  });
  writeNetAddr(writer, {
    services: version.services,
    host: UNTOLD_HOST,
    port: version.senderPort,
  });
  writer.bytes(version.nonce).varBytes(utf8(version.userAgent)).varint(version.streams.length);
  for (const stream of version.streams) writer.varint(stream);
  return writer.finish();
}

/**
 * Bytes after the stream list are ignored; a missing list is an error (unlike in PyBitmessage).
 * @throws WireError
 */
export function decodeVersion(payload: Uint8Array): VersionPayload {
  const reader = new Reader(payload);
  const protocolVersion = reader.u32();
  const services = reader.u64();
  const timestampS = signedSeconds(reader.u64());
  const receiver = readNetAddr(reader);
  reader.skip(SHORT_NET_ADDR_BYTES - 2); // the sender's services and host again
  const senderPort = reader.u16();
  const nonce = reader.bytes(NONCE_BYTES);
  const userAgent = reader.varString(MAX_USER_AGENT_BYTES);
  const streams: number[] = [];
  for (let left = reader.count(MAX_VERSION_STREAMS, 1); left > 0; left--) {
    streams.push(reader.varint());
  }
  return {
    protocolVersion,
    services,
    timestampS,
    receiverHost: receiver.host,
    receiverPort: receiver.port,
    senderPort,
    nonce,
    userAgent,
    streams,
  };
}

function signedSeconds(value: bigint): number {
  const signed = BigInt.asIntN(64, value);
  return signed < 0n ? -clampToNumber(-signed) : clampToNumber(signed);
}
