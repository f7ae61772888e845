/** Writes the files of a backup into a directory, and looks into the databases. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { checkDatabase } from '../store/check/check-database.js';
import { databaseUserError } from '../store/database-errors.js';
import { readContents, withDatabase } from '../store/snapshot.js';
import { UserError } from '../util/errors.js';
import { BackupError } from './backup-error.js';
import { DATABASE_ROLES, type Manifest, type ManifestFile } from './manifest.js';
import { SealedReader, type SealedReaderOptions } from './sealed-reader.js';
import { unpack, type FileSink, type Progress } from './unpack.js';

const FILE_MODE = 0o600;

/**
 * The files are new, of mode 0600, and on the disk when this returns; the databases are whole and of a
 * schema that this Petrel knows.
 * @param directory holds none of them
 * @throws BackupError; UserError for a newer schema and a full disk
 */
export function extract(
  options: SealedReaderOptions,
  directory: string,
  onProgress?: Progress,
): Manifest {
  const reader = new SealedReader(options);
  const sink = new DirectorySink(directory);
  let manifest: Manifest;
  try {
    manifest = unpack(reader, sink, onProgress);
  } finally {
    reader.close();
    sink.close();
  }
  manifest.files.forEach((file, index) => {
    onProgress?.(`checking ${file.name}`, index, manifest.files.length);
    checkFile(options.path, directory, file);
  });
  return manifest;
}

class DirectorySink implements FileSink {
  readonly #directory: string;
  #file: number | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  begin(name: string): void {
    this.#file = openSync(join(this.#directory, name), 'wx', FILE_MODE);
  }

  write(bytes: Uint8Array): void {
    if (this.#file === undefined) throw new TypeError('no file begun');
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
  }

  end(): void {
    if (this.#file !== undefined) fsyncSync(this.#file);
    this.close();
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function checkFile(backup: string, directory: string, file: ManifestFile): void {
  if (file.name !== 'mail.db' && file.name !== 'network.db') return;
  const path = join(directory, file.name);
  const role = DATABASE_ROLES[file.name];
  const damaged = (finding: string, cause?: unknown): BackupError =>
    new BackupError('wrong-content', `${backup}: ${file.name} in it is damaged (${finding})`, {
      cause,
    });
  try {
    withDatabase(path, role, (connection) => {
      // A newer schema first: its line says what to do.
      const { counts } = readContents(connection);
      const [finding] = checkDatabase(connection).findings;
      if (finding !== undefined) throw damaged(finding);
      for (const [what, expected] of Object.entries(file.counts ?? {})) {
        if (counts[what] === expected) continue;
        throw damaged(`${counts[what] ?? 0} ${what}, ${expected} in the manifest`);
      }
    });
  } catch (error) {
    if (error instanceof BackupError) throw error;
    const newer = error instanceof UserError && error.message.includes('newer Petrel');
    if (newer) throw new UserError(error.message.replace(path, `${file.name} in ${backup}`));
    if (error instanceof UserError) throw damaged(error.message, error);
    throw databaseUserError(error, { path, role }) ?? error;
  }
}
