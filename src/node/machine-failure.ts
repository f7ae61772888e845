import { UserError } from '../util/errors.js';
import { DecryptError } from './decrypt/decrypt-service.js';

/**
 * True for what is not the fault of one object or message but of the machine: a full disk, a damaged
 * file, a decrypt service that is gone. Going on would lose mail, so the node stops.
 */
export function isMachineFailure(error: unknown): boolean {
  if (error instanceof UserError) return true;
  return error instanceof DecryptError && error.code !== 'failed';
}
