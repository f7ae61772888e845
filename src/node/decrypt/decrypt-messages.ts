/** What the decrypt service and its workers say to each other. */
import { PRIVATE_KEY_LENGTH } from '../../crypto/curve.js';
import type { Opened, TrialKey } from './decrypt-service.js';

/** What a worker is started with. */
export interface DecryptWorkerData {
  /** Nice value of the thread, 0 to 19; 0 leaves it as it is. */
  readonly niceness: number;
}

/** Many keys as one array: cloning a hundred thousand small ones would hold up the main thread. */
export interface PackedKeys {
  readonly ids: readonly string[];
  /** 32 bytes for each. */
  readonly keys: Uint8Array;
}

export type DecryptRequest =
  | {
      /** All keys of the set from now on, or more of them. */
      readonly type: 'setKeys' | 'addKeys';
      readonly set: string;
      readonly packed: PackedKeys;
    }
  | { readonly type: 'removeKeys'; readonly set: string; readonly ids: readonly string[] }
  | {
      readonly type: 'open';
      readonly set: string;
      readonly containers: readonly Uint8Array[];
    };

/** What became of one container; the failure is the error's text, never a key or a plaintext. */
export type OpenResult = { readonly opened: Opened[] } | { readonly failure: string };

export type DecryptReply =
  /** Why the worker goes the slow way; sent once, if at all. */
  | { readonly warning: string }
  /** Of the oldest unanswered request of type `open`, in the order of its containers. */
  | { readonly results: readonly OpenResult[] };

/** @param keys all of them valid */
export function packKeys(keys: readonly TrialKey[]): PackedKeys {
  const packed = new Uint8Array(keys.length * PRIVATE_KEY_LENGTH);
  for (const [i, { key }] of keys.entries()) packed.set(key, i * PRIVATE_KEY_LENGTH);
  return { ids: keys.map(({ id }) => id), keys: packed };
}

export function unpackKeys({ ids, keys }: PackedKeys): TrialKey[] {
  return ids.map((id, i) => {
    const at = i * PRIVATE_KEY_LENGTH;
    return { id, key: keys.subarray(at, at + PRIVATE_KEY_LENGTH) };
  });
}
