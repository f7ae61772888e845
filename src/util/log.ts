/** The part of a logger that Petrel's layers use. pino's Logger fits; tests use {@link nullLog}. */

export interface LogLevelMethod {
  (message: string): void;
  (fields: object, message: string): void;
}

export interface Log {
  readonly trace: LogLevelMethod;
  readonly debug: LogLevelMethod;
  readonly info: LogLevelMethod;
  readonly warn: LogLevelMethod;
  readonly error: LogLevelMethod;
  /** A logger that adds `bindings` (e.g. `{ layer: 'network' }`) to every line. */
  child(bindings: Record<string, unknown>): Log;
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
