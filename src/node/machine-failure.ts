import { UserError } from '../util/errors.js';
import { StorageError } from '../store/storage-error.js';
import { DecryptError } from './decrypt/decrypt-service.js';

/**
 * True for what is not the fault of one object or message but of the machine: a full disk, a damaged
 * file, a decrypt service that is gone. Going on would lose mail, so the node stops.
 */
export function isMachineFailure(error: unknown): boolean {
  if (error instanceof UserError) return true;
  return error instanceof DecryptError && error.code !== 'failed';
}

/** For what is stored at a stop to save work at the next start: a disk that takes nothing is no matter. */
export async function ignoreRefusal(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
}
