/** Reads a backup as a restore does, and leaves nothing behind. */
import { createScratch, removeStaleScratch } from './scratch.js';
import { extract } from './extract.js';
import type { Manifest } from './manifest.js';
import type { Progress } from './unpack.js';

export interface VerifyTask {
  readonly path: string;
  readonly passphrase: string;
  /** Existing directory with room for the mail in the clear, while it is looked at. */
  readonly scratchParent: string;
}

/** Blocks its thread. @throws BackupError that names the place */
export function verifyBackup(
  { path, passphrase, scratchParent }: VerifyTask,
  onProgress?: Progress,
): Manifest {
  removeStaleScratch(scratchParent);
  const scratch = createScratch(scratchParent);
  try {
    return extract({ path, passphrase }, scratch.path, onProgress);
  } finally {
    scratch.remove();
  }
}
