/** A directory in which a schedule keeps its backups. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, UserError } from '../util/errors.js';
import { backupName, backupTimeMs } from './backup-names.js';

export interface KeptBackup {
  readonly path: string;
  /** Unix milliseconds. */
  readonly timeMs: number;
}

export class BackupDirectory {
  readonly #path: string;
  readonly #id: string;

  /** @param id of the data directory, see backup-names.ts: other files are never touched */
  constructor(path: string, id: string) {
    this.#path = path;
    this.#id = id;
  }

  /** Oldest first. @throws UserError when the directory cannot be read */
  list(): KeptBackup[] {
    return this.#names()
      .map((name) => ({ path: join(this.#path, name), timeMs: backupTimeMs(this.#id, name) }))
      .filter((backup): backup is KeptBackup => backup.timeMs !== undefined)
      .sort((a, b) => a.timeMs - b.timeMs);
  }

  pathAt(timeMs: number): string {
    return join(this.#path, backupName(this.#id, timeMs));
  }

  /** Deletes the oldest beyond `keep`. @returns the paths of those deleted */
  rotate(keep: number): string[] {
    const surplus = this.list().slice(0, -keep);
    for (const { path } of surplus) rmSync(path, { force: true });
    return surplus.map(({ path }) => path);
  }

  /** Removes what killed runs left: one runs at a time, so none of them is of use to anybody. */
  removePartials(): void {
    for (const name of this.#names()) {
      const match = /^(.*\.backup)\.\d+\.partial$/.exec(name);
      if (match?.[1] !== undefined && backupTimeMs(this.#id, match[1]) !== undefined) {
        rmSync(join(this.#path, name), { force: true });
      }
    }
  }

  #names(): string[] {
    try {
      return readdirSync(this.#path);
    } catch (error) {
      throw new UserError(
        `cannot read the directory of backups ${this.#path} (${errorText(error)})`,
        {
          cause: error,
        },
      );
    }
  }
}
