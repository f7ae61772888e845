/** A call failed in a way that the caller is told. */
import { NodeError, type NodeErrorCode } from '../../node/errors.js';
import { StorageError } from '../../store/storage-error.js';
import type { NativeErrorCode } from './schema/errors.js';

export class NativeError extends Error {
  override readonly name = 'NativeError';
  readonly code: NativeErrorCode;
  readonly field: string | undefined;
  readonly reason: string | undefined;

  constructor(
    code: NativeErrorCode,
    message: string,
    details: { field?: string; reason?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.reason = details.reason;
  }
}

const CODES: Readonly<Record<NodeErrorCode, NativeErrorCode>> = {
  'invalid-address': 'invalid-address',
  'unsupported-version': 'unusable-address',
  'unknown-identity': 'unknown-identity',
  'identity-disabled': 'identity-disabled',
  'identity-exists': 'identity-exists',
  'not-a-chan': 'not-a-chan',
  'empty-passphrase': 'invalid-params',
  'chan-name-mismatch': 'chan-name-mismatch',
  'message-too-long': 'message-too-long',
  'invalid-encoding': 'invalid-params',
  'unknown-message': 'not-found',
  'wrong-state': 'wrong-state',
  stopped: 'not-available',
};

/** What the node refused, in this API's words; undefined for failures. */
export function asNativeError(error: unknown): NativeError | undefined {
  if (error instanceof NativeError) return error;
  if (error instanceof StorageError) {
    return new NativeError('cannot-store', error.message, { reason: error.trouble, cause: error });
  }
  if (!(error instanceof NodeError)) return undefined;
  return new NativeError(CODES[error.code], error.message, { cause: error });
}
