/**
 * What verifying incoming objects costs the main thread: `npm run bench:verification`. Objects of
 * several sizes go from bytes on the wire through frame decoder, checksum, checks and inventory hash;
 * then many peers send at once, and the delay of the event loop is taken. The store is left out.
 */
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ObjectIntake, type IntakeDeps } from '../src/network/object-intake.js';
import type { PeerLink } from '../src/network/peer-link.js';
import { measured, pause } from '../src/pow/measure.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';
import { FrameDecoder } from '../src/wire/frame-decoder.js';
import { encodePacket } from '../src/wire/packet.js';
import { createEasyObject, EASY } from '../test/support/easy-objects.js';

const PAYLOAD_BYTES = [100, 1_024, 10_240, 262_000];
const SAMPLE_BYTES = 32_000_000;
const DISTINCT = 64;
/** What a socket hands over at once. */
const CHUNK_BYTES = 65_536;
const PEERS = 100;
const FLOOD_MS = 5_000;

const nowS = systemClock.nowS();

/** An intake that accepts everything, so that each object is checked in full. */
function createIntake(): ObjectIntake {
  const nothing = (): void => undefined;
  const deps = {
    inventory: { has: () => false, add: () => Promise.resolve(false) },
    downloads: { arrived: () => [] },
    dandelion: { received: () => false, receivedAgain: nothing, forgetExpected: nothing },
    announcer: { peerHas: nothing, announce: nothing },
    accepted: nothing,
    clock: systemClock,
    log: nullLog,
  } as unknown as IntakeDeps;
  return new ObjectIntake({ minimum: EASY, streams: [1], acceptMismatch: false }, deps);
}

function createStream(payloadBytes: number): Uint8Array[] {
  const count = Math.min(DISTINCT, Math.ceil(4_000_000 / payloadBytes));
  const packets = Array.from({ length: count }, () => {
    const payload = new Uint8Array(randomBytes(payloadBytes));
    return encodePacket('object', createEasyObject(nowS, { payload }).object);
  });
  const bytes = Buffer.concat(packets);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    chunks.push(bytes.subarray(at, at + CHUNK_BYTES));
  }
  return chunks;
}

const peer = (id: number): PeerLink =>
  ({ id: `peer ${id}`, fault: () => undefined }) as unknown as PeerLink;

/** As a connection does: whole packets of a chunk, waiting when told to. */
async function read(
  intake: ObjectIntake,
  decoder: FrameDecoder,
  from: PeerLink,
  chunk: Uint8Array,
): Promise<number> {
  let objects = 0;
  decoder.push(chunk);
  for (let packet = decoder.next(); packet; packet = decoder.next()) {
    objects++;
    const pending = intake.receive(from, packet.payload, packet.payloadHash);
    if (pending) await pending;
  }
  return objects;
}

async function printCost(payloadBytes: number): Promise<void> {
  const intake = createIntake();
  const decoder = new FrameDecoder();
  const chunks = createStream(payloadBytes);
  const { trials: objects, cpuS } = await measured(async () => {
    let read_ = 0;
    for (let bytes = 0, i = 0; bytes < SAMPLE_BYTES; i++) {
      const chunk = chunks[i % chunks.length] ?? new Uint8Array(0);
      bytes += chunk.length;
      read_ += await read(intake, decoder, peer(0), chunk);
    }
    return read_;
  });
  const micros = ((cpuS / objects) * 1e6).toFixed(1);
  console.log(
    `${String(payloadBytes).padStart(8)} bytes  ${micros.padStart(8)} us of CPU an object, ` +
      `${(objects / cpuS).toFixed(0)} objects per CPU second`,
  );
}

/** Every peer has another chunk ready in each turn of the loop. */
async function printFlood(payloadBytes: number): Promise<void> {
  const intake = createIntake();
  const chunks = createStream(payloadBytes);
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  let on = true;
  const peers = Array.from({ length: PEERS }, async (_, id) => {
    const decoder = new FrameDecoder();
    const from = peer(id);
    for (let i = id; on; i++) {
      await read(intake, decoder, from, chunks[i % chunks.length] ?? new Uint8Array(0)).catch(() =>
        decoder.takeRest(),
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  const turns: number[] = [];
  let before = process.cpuUsage();
  setImmediate(function turn() {
    const { user, system } = process.cpuUsage(before);
    turns.push((user + system) / 1000);
    before = process.cpuUsage();
    if (on) setImmediate(turn);
  });
  histogram.enable();
  const startMs = performance.now();
  while (performance.now() - startMs < FLOOD_MS) await pause(10);
  histogram.disable();
  on = false;
  await Promise.all(peers);
  turns.sort((a, b) => a - b);
  const turnMs = (part: number): string =>
    (turns[Math.floor(part * turns.length)] ?? NaN).toFixed(1);
  const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(1);
  console.log(
    `${String(payloadBytes).padStart(8)} bytes  delay p50 ${ms(histogram.percentile(50))} ms, ` +
      `p99 ${ms(histogram.percentile(99))} ms, max ${ms(histogram.max)} ms; ` +
      `CPU of a turn p50 ${turnMs(0.5)} ms, p99 ${turnMs(0.99)} ms ` +
      `(${(intake.counters.received / (FLOOD_MS / 1000)).toFixed(0)} objects/s)`,
  );
}

console.log('verification on the main thread, from the wire on');
for (const bytes of PAYLOAD_BYTES) await printCost(bytes);
console.log(`\nevent-loop delay while ${PEERS} peers send without a pause`);
for (const bytes of PAYLOAD_BYTES) await printFlood(bytes);
