/** Finds the command that a call names, checks how many arguments it got, and runs it. */
import { NodeError, type NodeErrorCode } from '../node/errors.js';
import { StorageError } from '../store/storage-error.js';
import type { Clock } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import type { ApiNode } from './api-node.js';
import type { CallTimes } from './health/call-times.js';
import type { ApiVariant, Arguments, CallContext, Command } from './command.js';
import { API_ERROR, ApiError, TransportFault, unexpected, type ApiErrorCode } from './errors.js';
import { introspection } from './methods/introspection.js';
import type { ApiValue } from './values.js';

export interface DispatcherOptions {
  readonly variant: ApiVariant;
  /** Offers what PyBitmessage has in its test mode only. */
  readonly testMode?: boolean;
}

export interface DispatcherDependencies {
  readonly node: ApiNode;
  readonly log: Log;
  readonly clock: Clock;
  /** Told of every call. */
  readonly calls?: CallTimes | undefined;
}

/** What a wire form hands over. */
export interface Call {
  readonly name: string;
  /** In order; a struct gives them by name. */
  readonly params: readonly ApiValue[] | Readonly<Record<string, ApiValue>>;
  readonly afterReply: (run: () => void) => void;
}

/** What the mail core refuses, as the API numbers it. The commands check most of it before. */
const NODE_ERRORS: Partial<Record<NodeErrorCode, ApiErrorCode>> = {
  'invalid-address': API_ERROR.undecodableAddress,
  'unsupported-version': API_ERROR.addressVersionUnsupported,
  'unknown-identity': API_ERROR.unknownIdentity,
  'identity-disabled': API_ERROR.disabledIdentity,
  'identity-exists': API_ERROR.chanPresent,
  'not-a-chan': API_ERROR.notAChan,
  'empty-passphrase': API_ERROR.blankPassphrase,
  'chan-name-mismatch': API_ERROR.chanNameMismatch,
  'message-too-long': API_ERROR.messageTooLong,
  'invalid-encoding': API_ERROR.encodingType,
};

export class Dispatcher {
  readonly variant: ApiVariant;
  readonly #node: ApiNode;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #calls: CallTimes | undefined;
  readonly #commands = new Map<string, Command>();

  constructor(
    commands: readonly Command[],
    options: DispatcherOptions,
    { node, log, clock, calls }: DispatcherDependencies,
  ) {
    this.variant = options.variant;
    this.#node = node;
    this.#log = log;
    this.#clock = clock;
    this.#calls = calls;
    const offered = commands.filter((command) => !command.testModeOnly || options.testMode);
    const names = (command: Command): readonly string[] =>
      options.variant === 'legacy'
        ? [...command.names, ...(command.legacyNames ?? [])]
        : command.names;
    for (const command of [...offered, ...introspection(() => this.#commands, names)]) {
      for (const name of names(command)) this.#commands.set(name, command);
    }
  }

  /** @throws ApiError, TransportFault; nothing else. */
  async call({ name, params, afterReply }: Call): Promise<ApiValue> {
    const command = this.#commands.get(name);
    const startMs = this.#clock.monotonicMs();
    let failed = true;
    // One function: small calls come by the ten thousand, and each further promise is felt.
    try {
      if (!command) {
        throw new ApiError(API_ERROR.invalidMethod, `Invalid method: ${name || 'None'}`);
      }
      const args = Array.isArray(params)
        ? (params as readonly ApiValue[])
        : namedArguments(command, params as Readonly<Record<string, ApiValue>>);
      this.#checkCount(command, name, args.length);
      const context: CallContext = {
        node: this.#node,
        log: this.#log,
        clock: this.#clock,
        strings: this.variant === 'json' ? 'unicode' : 'bytes',
        afterReply,
      };
      const { loading } = this.#node;
      if (loading && command.early !== true) await loading;
      const result = await command.run(context, args);
      failed = false;
      return result;
    } catch (error) {
      throw this.#apiError(error, name);
    } finally {
      const tookMs = this.#clock.monotonicMs() - startMs;
      this.#calls?.add('remote', command?.names[0], tookMs, failed);
    }
  }

  /** The counts in the texts include Python's `self`, as clients have always seen them. */
  #checkCount(command: Command, name: string, given: number): void {
    const most = command.parameters.length;
    const least = most - (command.optional ?? 0);
    if (given >= least && given <= most) return;
    // These are called below the reference's own dispatcher.
    if (name.startsWith('system.'))
      throw new TransportFault('TypeError', pythonCountText(command, given));
    throw new ApiError(API_ERROR.wrongArgumentCount, this.#countText(command, name, given));
  }

  #countText(command: Command, name: string, given: number): string {
    const most = command.parameters.length;
    const least = most - (command.optional ?? 0);
    const wanted = given < least ? least + 1 : most + 1;
    if (this.variant === 'legacy') {
      if (given > 0) return `Command ${name} takes at most 0 parameters (${given} given)`;
    } else if (given < least) {
      return `Command ${name} takes at least ${wanted} parameters (${given} given)`;
    } else if (given > most + 1) {
      return `Command ${name} takes at most ${wanted} parameters (${given} given)`;
    }
    return `Unexpected API Failure - ${pythonCountText(command, given)}`;
  }

  #apiError(error: unknown, name: string): Error {
    if (error instanceof ApiError || error instanceof TransportFault) return error;
    if (error instanceof NodeError) {
      const code = NODE_ERRORS[error.code];
      return code === undefined
        ? unexpected(error.message, error)
        : new ApiError(code, error.message, { cause: error });
    }
    // The node tells of its disk once, not with every call.
    if (!(error instanceof StorageError)) {
      this.#log.error({ err: error, command: name }, 'command failed');
    }
    return unexpected(errorText(error), error);
  }
}

/** What Python says when a function gets too few or too many arguments; `self` counts. */
function pythonCountText(command: Command, given: number): string {
  const most = command.parameters.length;
  const least = most - (command.optional ?? 0);
  const wanted = given < least ? least + 1 : most + 1;
  const bound = least === most ? 'exactly' : given < least ? 'at least' : 'at most';
  const unit = wanted === 1 ? 'argument' : 'arguments';
  return `${handlerName(command)}() takes ${bound} ${wanted} ${unit} (${given + 1} given)`;
}

/** Where the reference's function is not called like its command. */
const HANDLER_NAMES: ReadonlyMap<string, string> = new Map([
  ['getInboxMessagesByReceiver', 'HandleInboxMessagesByReceiver'],
  ['getSentMessageByAckData', 'HandleGetSentMessagesByAckData'],
  ['trashSentMessageByAckData', 'HandleTrashSentMessageByAckDAta'],
  ['disseminatePubkey', 'HandleDissimatePubKey'],
  ['disseminatePreEncryptedMsg', 'HandleDisseminatePreparedObject'],
  ['system.listMethods', 'system_listMethods'],
  ['system.methodHelp', 'system_methodHelp'],
  ['system.methodSignature', 'system_methodSignature'],
]);

function handlerName({ names: [canonical = ''] }: Command): string {
  const known = HANDLER_NAMES.get(canonical);
  if (known !== undefined) return known;
  return `Handle${canonical.charAt(0).toUpperCase()}${canonical.slice(1)}`;
}

/** Parameters given by name, put in order. @throws ApiError 0 for a name that does not exist. */
function namedArguments(command: Command, given: Readonly<Record<string, ApiValue>>): Arguments {
  const names = Object.keys(given);
  const unknown = names.find((name) => !command.parameters.includes(name));
  if (unknown !== undefined) {
    const text = `${handlerName(command)}() got an unexpected keyword argument '${unknown}'`;
    throw new ApiError(API_ERROR.wrongArgumentCount, `Unexpected API Failure - ${text}`);
  }
  const last = command.parameters.findLastIndex((name) => names.includes(name));
  const inOrder = command.parameters.slice(0, last + 1).map((name) => given[name]);
  const missing = inOrder.indexOf(undefined);
  if (missing >= 0 && missing >= command.parameters.length - (command.optional ?? 0)) {
    return inOrder; // A gap among the optional ones: left out.
  }
  return missing >= 0 ? inOrder.slice(0, missing).map((v) => v ?? null) : inOrder;
}
