/** Replays a recorded conversation with PyBitmessage's API against a fresh node and compares. */
import type { ApiVariant } from '../../src/api/command.js';
import { readAnswer, type Outcome } from './api-answers.js';
import { isAnswerBetter, isBodyFree, isStatusBetter } from './api-betterments.js';
import { readRecording, type Exchange } from './api-recording.js';
import { FreeValues, show } from './free-values.js';
import { rawExchange, type RawAnswer } from './raw-http.js';

/** Seconds that the work behind an answer may take. */
const TRIES = 60;
const BETWEEN_TRIES_MS = 500;
/** The recorded objects have expired: an hour from now stands in for their expiry. */
const RECORDED_EXPIRY = /000000006b00[0-9a-f]{4}/g;
const OBJECT_LIFE_S = 3_600;

export interface ReplayResult {
  readonly compared: number;
  readonly differences: readonly string[];
}

/** @param port of the API; user `username`, password `password`, difficulty 10/10 */
export async function replay(variant: ApiVariant, port: number): Promise<ReplayResult> {
  const free = new FreeValues();
  const late: Promise<string[]>[] = [];
  const differences: string[] = [];
  let compared = 0;
  const recording = readRecording(variant);
  const inboxSize = entries(
    recording.find(({ method, label }) => method === 'getAllInboxMessageIds' && label === 'full')
      ?.response,
  );
  for (const exchange of recording) {
    if (exchange.held !== true) compared += 1;
    const judged = tryExchange(exchange, { variant, port, free, inboxSize });
    // Refusals come late and change nothing: the conversation goes on meanwhile.
    if (isRefused(exchange)) late.push(judged);
    else differences.push(...(await judged));
  }
  for (const judged of late) differences.push(...(await judged));
  return { compared, differences };
}

function isRefused({ label, method }: Exchange): boolean {
  return method === null && /^(no auth|wrong |empty user|auth )/.test(label);
}

interface Replaying {
  readonly variant: ApiVariant;
  readonly port: number;
  readonly free: FreeValues;
  /** Messages that are there when all work is done: in one recording the last poll saw fewer. */
  readonly inboxSize: number;
}

async function tryExchange(
  exchange: Exchange,
  { variant, port, free, inboxSize }: Replaying,
): Promise<string[]> {
  for (let tries = 1; ; tries++) {
    const answer = await send(exchange, port, free);
    const found = exchange.held ? [] : free.attempt(() => judge(exchange, variant, answer, free));
    const isDone = exchange.last
      ? entries(answer.body) >= inboxSize
      : exchange.label === 'poll' || found.length === 0;
    if (isDone) return [];
    if (!exchange.last || tries >= TRIES) {
      return found.map(
        (line) => `#${exchange.seq} ${exchange.method ?? '-'} (${exchange.label}) ${line}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
  }
}

function send(exchange: Exchange, port: number, free: FreeValues): Promise<RawAnswer> {
  const expiryS = Math.floor(Date.now() / 1000) + OBJECT_LIFE_S;
  const text = free
    .substitute(exchange.request)
    .replace(RECORDED_EXPIRY, expiryS.toString(16).padStart(16, '0'));
  const body = Buffer.from(text, exchange.encoding ?? 'utf8');
  let head = free.substitute(exchange.head).replace(/Host: [^\r\n]*/i, `Host: 127.0.0.1:${port}`);
  if (exchange.method !== null) {
    head = head.replace(/Content-Length: \d+/i, `Content-Length: ${body.length}`);
  }
  const half = /EOF|garbage|bad http|empty line/.test(exchange.label);
  return rawExchange(port, Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]), half);
}

function judge(
  exchange: Exchange,
  variant: ApiVariant,
  answer: RawAnswer,
  free: FreeValues,
): string[] {
  const status = exchange.status ?? undefined;
  if (answer.status !== status) {
    return isStatusBetter(exchange, answer.status)
      ? []
      : [`status ${show(status)} became ${show(answer.status)}`];
  }
  if (status !== 200 || isBodyFree(exchange) || isOfOtherKind(exchange, variant)) return [];
  const type = answer.headers['content-type'];
  if (exchange.type !== undefined && type !== exchange.type) return [`type is ${show(type)}`];
  const wanted = readAnswer(exchange.response ?? '', variant);
  const given = readAnswer(answer.body, variant);
  if (areHashes(exchange, wanted, given) || isAnswerBetter(exchange, given)) return [];
  if (wanted.error || given.error) return compareErrors(wanted, given, free);
  // Only these make addresses that a later request may name.
  const random = /^(createRandomAddress|listAddresses2?)$/.test(exchange.method ?? '');
  return free.compare(wanted.value, given.value, random);
}

/** JSON for an XML node and the reverse: Petrel answers in kind where PyBitmessage cannot. */
function isOfOtherKind({ method, request }: Exchange, variant: ApiVariant): boolean {
  return method === null && (variant === 'json' ? /^\s*</ : /^\s*[[{]/).test(request);
}

/** Which nonce is found first, and so the hash, depends on how the search is split. */
function areHashes({ method }: Exchange, wanted: Outcome, given: Outcome): boolean {
  const isHash = ({ value }: Outcome): boolean => /^"?[0-9a-f]{24,}"?$/.test(String(value));
  return /^disseminate/.test(method ?? '') && isHash(wanted) && isHash(given);
}

/** The number always counts; the words count unless they quote a Python exception or type. */
function compareErrors({ error: wanted }: Outcome, { error: given }: Outcome, free: FreeValues) {
  const differs = [`${show(wanted)} became ${show(given)}`];
  if (!wanted || !given || wanted.code !== given.code) return differs;
  const text = free.substitute(wanted.text);
  if (text === given.text || wanted.code === 1) return [];
  const quoting =
    /Unexpected API Failure|takes (?:at (?:least|most)|exactly)|Server error|invalid\. \(|Request .* invalid/i;
  if (quoting.test(text)) return [];
  const cut = text.search(/Decode error - |<type '|<class '(?!api\.APIError)/);
  return cut >= 0 && given.text.startsWith(text.slice(0, cut)) ? [] : differs;
}

/** How many messages an answer lists. */
function entries(text = ''): number {
  return text.split('msgid').length - 1;
}
