/** The part of a logger that Petrel's layers use. pino's Logger fits; tests use {@link nullLog}. */

import type { Subsystem } from './log-levels.js';

export interface LogLevelMethod {
  (message: string): void;
  (fields: object, message: string): void;
}

/** What stands in every line; a new layer belongs into the list of subsystems. */
export type LogBindings = Readonly<Record<string, unknown>> & { readonly layer?: Subsystem };

export interface Log {
  readonly trace: LogLevelMethod;
  readonly debug: LogLevelMethod;
  readonly info: LogLevelMethod;
  readonly warn: LogLevelMethod;
  readonly error: LogLevelMethod;
  /** A logger that adds `bindings` (e.g. `{ layer: 'network' }`) to every line. */
  child(bindings: LogBindings): Log;
}

const nothing: LogLevelMethod = () => undefined;

export const nullLog: Log = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => nullLog,
};
