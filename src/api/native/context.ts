/** What the methods of the native API work with. */
import type { IdentityRecord } from '../../store/repositories.js';
import type { PetrelNode } from '../../node/node.js';
import type { Clock } from '../../util/clock.js';
import type { LogControl } from '../../util/log-levels.js';
import type { Log } from '../../util/log.js';
import type { Secret } from '../../util/secret.js';
import type { CallTimes } from '../health/call-times.js';
import type { NetworkHistory } from './network-history.js';
import type { CheckedParamsOf, MethodName, ResultOf } from './schema/all.js';
import type { TakeoverReport } from './schema/node.js';
import type { Sessions } from './sessions.js';

/** The node, as far as this API needs it. */
export type NativeNode = Pick<
  PetrelNode,
  | 'settings'
  | 'store'
  | 'network'
  | 'pow'
  | 'identities'
  | 'contacts'
  | 'subscriptions'
  | 'blacklist'
  | 'whitelist'
  | 'outbox'
  | 'events'
  | 'counters'
  | 'conditions'
  | 'mail'
>;

/** Taking a PyBitmessage over: another layer's work, given by the composition root. */
export interface Takeover {
  /** Where one is, and the usual places. */
  find(): { directory: string | undefined; places: string[] };
  /** @throws UserError when the directory cannot be taken over */
  inspect(directory: string): Promise<TakeoverReport>;
  /** @throws UserError as inspect */
  run(
    directory: string,
    onProgress: (what: string, done: number, total: number) => void,
  ): Promise<TakeoverReport>;
}

/** Private keys as text. */
export interface KeyTexts {
  readonly keysDat: Secret;
  readonly signingKeyWif: Secret;
  readonly encryptionKeyWif: Secret;
}

export interface NativeContext {
  readonly node: NativeNode;
  readonly log: Log;
  /** Absent where the log belongs to somebody else's program. */
  readonly logControl?: LogControl | undefined;
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly history: NetworkHistory;
  readonly startedS: number;
  /** Told of every call. */
  readonly calls?: CallTimes | undefined;
  /** In constant time. */
  readonly isPassword: (password: string) => boolean;
  readonly takeover?: Takeover | undefined;
  readonly keyTexts?: ((identity: IdentityRecord) => KeyTexts) | undefined;
}

/** Who calls. */
export interface Caller {
  /** Of the session; undefined for programs with user and password. */
  readonly sessionToken: string | undefined;
}

export type Handler<Name extends MethodName> = (
  context: NativeContext,
  params: CheckedParamsOf<Name>,
  caller: Caller,
) => ResultOf<Name> | Promise<ResultOf<Name>>;

/** A handler for each method of a family. */
export type Handlers<Name extends MethodName> = { readonly [One in Name]: Handler<One> };
