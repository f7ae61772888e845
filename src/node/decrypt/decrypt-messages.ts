/** What the decrypt service and its worker say to each other. */
import type { Opened, TrialKey } from './decrypt-service.js';

export type DecryptRequest =
  | {
      /** All keys of the set from now on, or more of them. */
      readonly type: 'setKeys' | 'addKeys';
      readonly set: string;
      readonly keys: readonly TrialKey[];
    }
  | {
      readonly type: 'open';
      readonly request: number;
      readonly set: string;
      readonly container: Uint8Array;
    };

export type DecryptReply =
  /** Why the worker goes the slow way; sent once, if at all. */
  | { readonly warning: string }
  | { readonly request: number; readonly opened: Opened[] }
  /** The error's text; never a key or a plaintext. */
  | { readonly request: number; readonly failure: string };
