/** What a call can end with besides its result. */
import type { NativeErrorBody, NativeErrorCode } from '../api/native/schema/errors.js';

/** The node answered with an error; see the list in docs/native-api.md. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: NativeErrorCode;
  /** The wrong parameter. */
  readonly field: string | undefined;
  /** More of what is wrong, in a word. */
  readonly reason: string | undefined;

  constructor({ message, data }: NativeErrorBody) {
    super(message);
    this.code = data.code;
    this.field = data.field;
    this.reason = data.reason;
  }
}

/**
 * The request did not get as far as a method. `not-logged-in`: log in (again); `refused`: another
 * site's page, a wrong token or host name; `too-many`: guessing too fast; `unreachable`: no answer, or
 * none of a Petrel.
 */
export type ConnectionFailure = 'not-logged-in' | 'refused' | 'too-many' | 'unreachable';

export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly failure: ConnectionFailure;

  constructor(failure: ConnectionFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

const FAILURES: Readonly<Record<number, ConnectionFailure>> = {
  401: 'not-logged-in',
  403: 'refused',
  429: 'too-many',
};

/** For an answer whose status is not 200. */
export function connectionError(status: number): ConnectionError {
  return new ConnectionError(FAILURES[status] ?? 'unreachable', `the node answered ${status}`);
}
