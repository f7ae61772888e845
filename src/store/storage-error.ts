/** The disk under the databases does not take what is to be stored. Nothing of the request was done. */
import { UserError } from '../util/errors.js';

export type StorageTrouble =
  /** No space left, or the quota is used up. */
  | 'full'
  /** The file system, or the file, cannot be written to. */
  | 'read-only'
  /** Anything else: an I/O error, no right, a lock that another program holds. */
  | 'failing';

/** A later try may succeed: the request can be repeated as it is. */
export class StorageError extends UserError {
  readonly trouble: StorageTrouble;

  constructor(trouble: StorageTrouble, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.trouble = trouble;
  }
}
