/**
 * What nodes tell each other by datagram on a local network: one `addr` packet with one entry per
 * stream, in which the host means nothing: it is the datagram's sender that announces itself.
 * [announcethread.py, udp.py:bm_command_addr]
 */
import { decodeAddr, encodeAddr } from '../wire/addr.js';
import { WireError } from '../wire/errors.js';
import { FrameDecoder } from '../wire/frame-decoder.js';
import { MAX_CLOCK_OFFSET_S, SERVICE } from '../wire/limits.js';
import { isGlobalHost } from '../wire/net-addr.js';
import { encodePacket } from '../wire/packet.js';
import { MAX_DATAGRAM_BYTES } from './limits.js';

/** What PyBitmessage writes as the host of its announcement. */
const ANNOUNCED_HOST = '127.0.0.1';

export interface LocalFacts {
  readonly nowS: number;
  readonly streams: readonly number[];
}

/** The datagram that announces a node listening on this TCP port. */
export function encodeAnnouncement(port: number, { nowS, streams }: LocalFacts): Uint8Array {
  const entries = streams.map((stream) => ({
    timeS: nowS,
    stream,
    services: SERVICE.network,
    host: ANNOUNCED_HOST,
    port,
  }));
  return encodePacket('addr', encodeAddr(entries));
}

/**
 * The TCP port that the sender of a datagram listens on; undefined when it says nothing of use. The
 * reference takes objects from datagrams, too, whoever sends them: here only announcements count.
 */
export function decodeAnnouncement(datagram: Uint8Array, facts: LocalFacts): number | undefined {
  if (datagram.length > MAX_DATAGRAM_BYTES) return undefined;
  try {
    const decoder = new FrameDecoder();
    decoder.push(datagram);
    const packet = decoder.next();
    if (packet?.command !== 'addr' || decoder.pendingBytes > 0) return undefined;
    const entry = decodeAddr(packet.payload).find(
      ({ stream, timeS, host, port }) =>
        facts.streams.includes(stream) &&
        Math.abs(facts.nowS - timeS) <= MAX_CLOCK_OFFSET_S &&
        !isGlobalHost(host) &&
        port > 0,
    );
    return entry?.port;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
