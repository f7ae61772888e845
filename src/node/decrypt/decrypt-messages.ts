/** What the decrypt service and its workers say to each other. */
import type { Opened, TrialKey } from './decrypt-service.js';

/** What a worker is started with. */
export interface DecryptWorkerData {
  /** Nice value of the thread, 0 to 19; 0 leaves it as it is. */
  readonly niceness: number;
}

export type DecryptRequest =
  | {
      /** All keys of the set from now on, or more of them. */
      readonly type: 'setKeys' | 'addKeys';
      readonly set: string;
      readonly keys: readonly TrialKey[];
    }
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
