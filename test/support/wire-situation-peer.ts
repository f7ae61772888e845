import { setTimeout } from 'node:timers/promises';
import { encodePacket } from '../../src/wire/packet.js';
import { RawPeer } from './raw-peer.js';
import { packetWords } from './wire-recording.js';
import type { WireSituation } from './wire-situation.js';

export interface SituationOptions {
  readonly port: number;
  readonly nowS: number;
  /**
   * Words that end the waiting when they were heard (what comes after them in the same moment counts,
   * too). Without: everything within the limit, which is what a slow PyBitmessage needs.
   */
  readonly expected?: readonly string[];
  /** How long is listened at most. */
  readonly limitMs?: number;
  /** Wait before the last piece: a PyBitmessage serves nobody in his first seconds. */
  readonly pauseMs?: number;
}

/** How long expected words are waited for. */
const ANSWER_LIMIT_MS = 60_000;

/** Long enough for everything that a node of ours says by itself, short enough to wait for silence. */
const SILENCE_MS = 1_000;

/** Does what the situation says. @returns what was heard, in the form of {@link WireSituation.ours} */
export async function peerWords(
  { established, send }: WireSituation,
  { port, nowS, expected, limitMs = SILENCE_MS, pauseMs = 0 }: SituationOptions,
): Promise<string[]> {
  const peer = established ? await RawPeer.establish(port, nowS) : await RawPeer.connect(port);
  try {
    if (established) await greeting(peer, expected ? ANSWER_LIMIT_MS : limitMs * 2);
    const pieces = send(nowS);
    const last = pieces.pop();
    for (const piece of pieces) await written(peer, piece);
    if (established && pauseMs > 0) await setTimeout(pauseMs);
    if (last) await written(peer, last);
    if (established) await written(peer, encodePacket('ping'));
    return await heard(peer, { limitMs, established, expected });
  } finally {
    peer.close();
  }
}

/** Takes what a new connection is told: everything before the answer to a `ping`. */
async function greeting(peer: RawPeer, limitMs: number): Promise<void> {
  peer.send('ping');
  for (;;) {
    const packet = await peer.nextWithin(limitMs);
    if (!packet || packet.command === 'pong') return;
  }
}

/** In a segment of its own. */
function written(peer: RawPeer, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (peer.isClosed) resolve();
    else peer.socket.write(piece, () => resolve());
  });
}

interface Hearing {
  readonly limitMs: number;
  readonly established: boolean;
  readonly expected: readonly string[] | undefined;
}

async function heard(
  peer: RawPeer,
  { limitMs, established, expected }: Hearing,
): Promise<string[]> {
  const words: string[] = [];
  const wordsToSilence = expected?.at(-1) === 'silent' ? expected.length - 1 : undefined;
  let endMs = Date.now() + (expected ? ANSWER_LIMIT_MS : limitMs);
  while (!isComplete(words, established, expected)) {
    if (words.length === wordsToSilence) endMs = Date.now() + limitMs;
    const packet = await peer.nextWithin(endMs - Date.now());
    if (!packet) break;
    words.push(packetWords(packet));
  }
  if (peer.isClosed) return [...words, 'closed'];
  if (!established) return words;
  const answer = words.lastIndexOf('pong');
  return answer < 0 ? [...words, 'silent'] : words.toSpliced(answer, 1);
}

/** Everything that was expected came, and the answer to the last `ping`. */
function isComplete(
  words: readonly string[],
  established: boolean,
  expected: readonly string[] | undefined,
): boolean {
  if (!expected || expected.at(-1) === 'closed' || expected.at(-1) === 'silent') return false;
  const answers = established ? 1 : 0;
  return words.length >= expected.length + answers && pongs(words) >= pongs(expected) + answers;
}

function pongs(words: readonly string[]): number {
  return words.filter((word) => word === 'pong').length;
}
