/** Makes a backup: snapshot, encryption, reading back, and only then its name. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncDirectory } from '../node/settings/atomic-write.js';
import { noSpaceError } from '../store/database-errors.js';
import { dataDirPaths, refuseUnfinishedRestore } from '../store/data-dir.js';
import { snapshotDatabase, type Contents } from '../store/snapshot.js';
import { errorText, UserError } from '../util/errors.js';
import { SOFTWARE_VERSION } from '../util/software.js';
import {
  DATABASE_ROLES,
  encodeManifest,
  MANIFEST_NAME,
  SETTINGS_NAMES,
  type BackupFileName,
  type Manifest,
  type ManifestFile,
} from './manifest.js';
import { createScratch, isAlive, removeStaleScratch } from './scratch.js';
import { SealedReader } from './sealed-reader.js';
import { SealedWriter, type SealedWriterOptions } from './sealed-writer.js';
import { encodeTarHeader, TAR_END, tarPadding } from './tar.js';
import { unpack, type Progress } from './unpack.js';

/** Bytes read at a time. */
const READ_BYTES = 262_144;
const PARTIAL = /\.(\d+)\.partial$/;
const MS_PER_S = 1_000;

export interface CreateTask {
  readonly dataDir: string;
  /** Path of the new file. */
  readonly target: string;
  readonly passphrase: string;
  readonly withNetwork: boolean;
  /** An existing file may be replaced. */
  readonly force: boolean;
  /** Unix milliseconds, for the manifest. */
  readonly nowMs: number;
  /** For tests. */
  readonly sealing?: SealedWriterOptions;
}

export interface CreateResult {
  readonly path: string;
  /** Of the encrypted file. */
  readonly bytes: number;
  readonly manifest: Manifest;
}

/**
 * Blocks its thread: to be run in a worker. When it returns, the file is on the disk and was read back.
 * @throws UserError; then there is no such file, or the old one is as it was
 */
export function createBackup(task: CreateTask, onProgress?: Progress): CreateResult {
  const { target, dataDir, force } = task;
  refuseUnfinishedRestore(dataDir);
  if (!existsSync(dataDirPaths(dataDir).mail)) {
    throw new UserError(`${dataDir} holds no mail.db: there is nothing to back up`);
  }
  if (existsSync(target) && !force) throw existsError(target);
  removeStalePartials(target);
  removeStaleScratch(dataDir);
  const partial = `${target}.${process.pid}.partial`;
  const scratch = createScratch(dataDir);
  try {
    const sources = collect(task, scratch.path, onProgress);
    const bytes = writePartial(task, partial, sources, onProgress);
    const manifest = readBack(partial, task.passphrase, onProgress);
    giveName(partial, target, force);
    return { path: target, bytes, manifest };
  } catch (error) {
    throw shownError(error, target);
  } finally {
    rmSync(partial, { force: true });
    scratch.remove();
  }
}

interface Source extends Partial<Contents> {
  readonly name: BackupFileName;
  readonly path: string;
  readonly bytes: number;
}

function collect(
  { dataDir, withNetwork }: CreateTask,
  scratch: string,
  onProgress: Progress | undefined,
): Source[] {
  const sources: Source[] = [];
  const paths = dataDirPaths(dataDir);
  for (const name of SETTINGS_NAMES) {
    const path = join(paths.directory, name);
    if (existsSync(path)) sources.push({ name, path, bytes: statSync(path).size });
  }
  const databases: (keyof typeof DATABASE_ROLES)[] = ['mail.db'];
  if (withNetwork && existsSync(paths.network)) databases.push('network.db');
  databases.forEach((name, index) => {
    onProgress?.(`copying ${name}`, index, databases.length);
    const path = join(scratch, name);
    const role = DATABASE_ROLES[name];
    sources.push({ name, path, ...snapshotDatabase(paths[role], role, path) });
  });
  return sources;
}

function writePartial(
  { passphrase, nowMs, sealing }: CreateTask,
  partial: string,
  sources: readonly Source[],
  onProgress: Progress | undefined,
): number {
  const writer = new SealedWriter(partial, passphrase, sealing);
  try {
    const timeS = Math.floor(nowMs / MS_PER_S);
    const total = sources.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    const files = sources.map((source) => {
      const onBytes = (count: number): void => onProgress?.('encrypting', (done += count), total);
      return addFile(writer, source, timeS, onBytes);
    });
    const created = new Date(nowMs).toISOString();
    const manifest = encodeManifest({ format: 1, petrel: SOFTWARE_VERSION, created, files });
    writer.write(encodeTarHeader({ name: MANIFEST_NAME, size: manifest.length }, timeS));
    writer.write(manifest);
    writer.write(new Uint8Array(tarPadding(manifest.length)));
    writer.write(TAR_END);
    return writer.end();
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** Settings are replaced as a whole when they change: what was opened stays one version of them. */
function addFile(
  writer: SealedWriter,
  { name, path, schema, counts }: Source,
  timeS: number,
  onBytes: (count: number) => void,
): ManifestFile {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    const bytes = name.endsWith('.ini') ? readFileSync(file) : undefined;
    const size = bytes?.length ?? statSync(path).size;
    writer.write(encodeTarHeader({ name, size }, timeS));
    const put = (part: Uint8Array): void => {
      hash.update(part);
      writer.write(part);
      onBytes(part.length);
    };
    if (bytes) put(bytes);
    else eachPart(file, put);
    writer.write(new Uint8Array(tarPadding(size)));
    return { name, size, sha256: hash.digest('hex'), schema, counts };
  } finally {
    closeSync(file);
  }
}

function eachPart(file: number, put: (part: Uint8Array) => void): void {
  const buffer = Buffer.alloc(READ_BYTES);
  for (;;) {
    const count = readSync(file, buffer, 0, READ_BYTES, null);
    if (count === 0) return;
    put(buffer.subarray(0, count));
  }
}

function readBack(path: string, passphrase: string, onProgress: Progress | undefined): Manifest {
  const reader = new SealedReader({ path, passphrase });
  const nothing = { begin: () => undefined, write: () => undefined, end: () => undefined };
  try {
    return unpack(reader, nothing, onProgress);
  } finally {
    reader.close();
  }
}

/** A link fails where a file came in between; not every file system has links. */
function giveName(partial: string, target: string, force: boolean): void {
  if (!force) {
    try {
      linkSync(partial, target);
      rmSync(partial);
      syncDirectory(dirname(target));
      return;
    } catch (error) {
      if (existsSync(target)) throw existsError(target, error);
    }
  }
  renameSync(partial, target);
  syncDirectory(dirname(target));
}

function existsError(target: string, cause?: unknown): UserError {
  return new UserError(`${target} is there already; choose another name, or --force replaces it`, {
    cause,
  });
}

/** `TARGET.PID.partial` of processes that are gone. */
function removeStalePartials(target: string): void {
  const directory = dirname(target);
  if (!existsSync(directory)) throw new UserError(`${directory} does not exist; make it first`);
  for (const name of readdirSync(directory)) {
    const [ending, pid] = PARTIAL.exec(name) ?? [];
    if (ending === undefined || name !== basename(target) + ending) continue;
    if (Number(pid) === process.pid || !isAlive(Number(pid))) rmSync(join(directory, name));
  }
}

function shownError(error: unknown, target: string): unknown {
  if (error instanceof UserError) return error;
  const { code } = error as { code?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT') return noSpaceError(dirname(target), error);
  if (typeof code !== 'string') return error;
  return new UserError(`cannot write ${target} (${errorText(error)})`, { cause: error });
}
