/** What PyBitmessage answered in one long conversation, in each variant of its API. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ApiVariant } from '../../src/api/command.js';
import { projectRoot } from './vectors.js';

/** One exchange, as `test/vectors/api/VARIANT.jsonl.gz` holds it. */
export interface Exchange {
  readonly seq: number;
  readonly label: string;
  /** Null for requests that are no well-formed call. */
  readonly method: string | null;
  readonly params: readonly unknown[] | null;
  /** Request line and headers without the final blank line. */
  readonly head: string;
  readonly request: string;
  readonly encoding?: BufferEncoding;
  /** Asked again until the answer is as recorded: the work takes time. */
  readonly last?: boolean;
  /** Sent because it changes state; its answer is not known. */
  readonly held?: boolean;
  /** Null: no HTTP answer. */
  readonly status?: number | null;
  readonly type?: string;
  readonly response?: string;
}

export function readRecording(variant: ApiVariant): Exchange[] {
  const packed = readFileSync(new URL(`test/vectors/api/${variant}.jsonl.gz`, projectRoot));
  const lines = gunzipSync(packed).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Exchange);
}
