/**
 * What a PyBitmessage (v0.6, python 2.7) did in 57 situations: test/vectors/wire.jsonl, one JSON object
 * per line, recorded on loopback. Times count from the begin of each connection.
 */
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '../../src/util/bytes.js';
import { FrameDecoder } from '../../src/wire/frame-decoder.js';
import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { decodeError } from '../../src/wire/error-packet.js';
import type { Packet } from '../../src/wire/packet.js';
import { projectRoot } from './vectors.js';

interface Line {
  readonly scenario: string;
  readonly note: string;
  readonly closed: boolean;
  readonly duration_s: number;
  readonly in_inventory_afterwards?: boolean;
  readonly events: readonly (readonly (string | number)[])[];
}

export interface RecordedEvent {
  readonly timeS: number;
  /** Sent by the peer. */
  readonly kind: 'sent' | 'received' | 'closed';
  /** Cut when `isCut`. */
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
}

export interface WireRecording {
  readonly scenario: string;
  readonly note: string;
  readonly durationS: number;
  /** Events of the first and, if there was one, the second connection. */
  readonly connections: readonly (readonly RecordedEvent[])[];
  /** Whether a new connection was told about the object that was sent. */
  readonly listed?: boolean;
}

export function readWireRecordings(): WireRecording[] {
  const text = readFileSync(new URL('test/vectors/wire.jsonl', projectRoot), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => readRecording(JSON.parse(line) as Line));
}

function readRecording(line: Line): WireRecording {
  const { scenario, note, duration_s: durationS, events } = line;
  const connections: RecordedEvent[][] = [[]];
  for (const [first, direction, hex] of events) {
    if (first === 'second connection') {
      connections.push([]);
      continue;
    }
    const text = String(hex ?? '');
    connections.at(-1)?.push({
      timeS: Number(first),
      kind: direction === 'tx' ? 'sent' : direction === 'rx' ? 'received' : 'closed',
      bytes: fromHex(text.replace(/\.\.\..*$/, '')),
      isCut: text.includes('...'),
    });
  }
  const [first] = connections;
  if (line.closed && first && !first.some(({ kind }) => kind === 'closed')) {
    first.push({ timeS: durationS, kind: 'closed', bytes: new Uint8Array(0), isCut: false });
  }
  const listed = line.in_inventory_afterwards;
  return { scenario, note, durationS, connections, ...(listed !== undefined && { listed }) };
}

/** One packet in a few words: the command and what there is to tell apart. */
export function packetWords({ command, payload }: Packet): string {
  if (command === 'error') return `error ${decodeError(payload).text}`;
  if (command === 'inv' || command === 'dinv' || command === 'getdata') {
    const { hashes, fault } = decodeInventoryVectors(payload);
    const names = hashes.length > 1 ? 'list' : toHex(hashes[0] ?? payload).slice(0, 8);
    return `${command} ${names}${fault ? ' (cut)' : ''}`;
  }
  return command;
}

/** The same for what was recorded on one connection; an end of the connection is `closed`. */
export function recordedWords(events: readonly RecordedEvent[]): string[] {
  const words: string[] = [];
  const decoder = new FrameDecoder();
  for (const { kind, bytes } of events) {
    if (kind === 'closed') words.push('closed');
    if (kind !== 'received') continue;
    decoder.push(bytes);
    for (let packet = decoder.next(); packet; packet = decoder.next()) {
      words.push(packetWords(packet));
    }
  }
  return words;
}
