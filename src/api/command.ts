/** What a command of the remote API is. Commands know nothing of JSON, XML or HTTP. */
import type { Clock } from '../util/clock.js';
import type { Log } from '../util/log.js';
import type { ApiNode } from './api-node.js';
import { pythonTypeName, type StringKind } from './python-text.js';
import type { ApiValue } from './values.js';

/** The wire forms [apivariant]. */
export type ApiVariant = 'json' | 'xml' | 'legacy';

/** One call, as a command sees it. */
export interface CallContext {
  readonly node: ApiNode;
  readonly log: Log;
  readonly clock: Clock;
  readonly strings: StringKind;
  /** Runs after the answer has gone out. */
  readonly afterReply: (run: () => void) => void;
}

export interface Command {
  /** The first is the canonical one; the others are aliases. */
  readonly names: readonly string[];
  /** Aliases of the legacy variant only. */
  readonly legacyNames?: readonly string[];
  /** True for commands that exist in PyBitmessage's test mode only. */
  readonly testModeOnly?: boolean;
  /** True for Petrel's own: not listed among PyBitmessage's, which clients compare. */
  readonly unlisted?: boolean;
  /** True for what needs no mail: it is answered while identities are still being loaded. */
  readonly early?: boolean;
  /** Names of the parameters in order; the last `optional` of them may be left out. */
  readonly parameters: readonly string[];
  readonly optional?: number;
  /** One line of help. */
  readonly help: string;
  /**
   * @param args as many as parameters; those left out are undefined.
   * @throws ApiError
   */
  run(context: CallContext, args: Arguments): ApiValue | Promise<ApiValue>;
}

export type Arguments = readonly (ApiValue | undefined)[];

/** The argument's Python type, for messages. */
export function typeOf(context: CallContext, value: ApiValue): string {
  return pythonTypeName(value, context.strings);
}
