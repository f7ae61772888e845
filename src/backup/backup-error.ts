/** Why a backup cannot be read. */
import { UserError } from '../util/errors.js';

export type BackupErrorCode =
  /** Does not begin as backups do, or is shorter than the header. */
  | 'not-a-backup'
  | 'newer-format'
  | 'damaged-header'
  /** The header is whole and the passphrase does not fit. */
  | 'wrong-passphrase'
  | 'damaged-chunk'
  /** Ends before the last chunk. */
  | 'truncated'
  /** Goes on after the last chunk. */
  | 'appended'
  /** Decrypts, and what is inside contradicts itself. */
  | 'wrong-content';

/** `message` names the file and the place; the command line prints it. */
export class BackupError extends UserError {
  readonly code: BackupErrorCode;
  /** Byte of the file where the trouble begins. */
  readonly offset: number | undefined;

  constructor(
    code: BackupErrorCode,
    message: string,
    { offset, cause }: { offset?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.offset = offset;
  }
}
