import { WireError } from '../wire/errors.js';

/**
 * Why an object is not acceptable.
 *
 * - `malformed`: it does not parse.
 * - `too-large`: more bytes after the header than the network relays.
 * - `expired`, `ttl-too-long`: its end of life is too far behind or ahead.
 * - `wrong-stream`: not of a stream that we take part in.
 * - `insufficient-pow`: its proof of work is below the network's minimum.
 */
export type ObjectErrorCode =
  'malformed' | 'too-large' | 'expired' | 'ttl-too-long' | 'wrong-stream' | 'insufficient-pow';

export class ObjectError extends Error {
  override readonly name = 'ObjectError';
  readonly code: ObjectErrorCode;

  constructor(code: ObjectErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Runs a reader of bytes; what is not readable becomes an ObjectError `malformed`. */
export function orMalformed<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ObjectError('malformed', error.message, { cause: error });
  }
}
