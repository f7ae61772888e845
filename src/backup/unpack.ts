/** Reads a backup to its end: decrypts, takes the files apart, compares them with the manifest. */
import { createHash, type Hash } from 'node:crypto';
import { BackupError } from './backup-error.js';
import {
  decodeManifest,
  FILE_NAMES,
  MANIFEST_NAME,
  MAX_MANIFEST_BYTES,
  type BackupFileName,
  type Manifest,
} from './manifest.js';
import type { SealedReader } from './sealed-reader.js';
import { decodeTarHeader, TAR_BLOCK_BYTES, tarPadding } from './tar.js';

/** Takes the bytes of one file after the other. */
export interface FileSink {
  begin(name: BackupFileName, size: number): void;
  write(bytes: Uint8Array): void;
  end(): void;
}

export type Progress = (what: string, done: number, total: number) => void;

interface Found {
  readonly size: number;
  readonly sha256: string;
}

/**
 * @param sink gets authenticated bytes; that the files are whole is known when this returns
 * @throws BackupError that names the place
 */
export function unpack(reader: SealedReader, sink: FileSink, onProgress?: Progress): Manifest {
  const stream = new PlainStream(reader, onProgress);
  const found = new Map<BackupFileName, Found>();
  for (;;) {
    const entry = decodeTarHeader(stream.take(TAR_BLOCK_BYTES, 'a file header'));
    if (!entry) throw stream.wrong('a file header that is none');
    const { name, size } = entry;
    if (name === MANIFEST_NAME) {
      const manifest = readManifest(stream, size);
      stream.toEnd();
      compare(manifest, found, reader.path);
      return manifest;
    }
    if (!isFileName(name) || found.has(name)) throw stream.wrong(`a file ${name}`);
    found.set(name, readFile(stream, sink, { name, size }));
  }
}

function readFile(
  stream: PlainStream,
  sink: FileSink,
  { name, size }: { name: BackupFileName; size: number },
): Found {
  const hash = createHash('sha256');
  sink.begin(name, size);
  for (let left = size; left > 0;) {
    const part = stream.some(left, name);
    hash.update(part);
    sink.write(part);
    left -= part.length;
  }
  sink.end();
  stream.take(tarPadding(size), name);
  return { size, sha256: hexOf(hash) };
}

function readManifest(stream: PlainStream, size: number): Manifest {
  if (size > MAX_MANIFEST_BYTES) throw stream.wrong('a manifest that is too long');
  const manifest = decodeManifest(stream.take(size, MANIFEST_NAME));
  if (!manifest) throw stream.wrong('a manifest that this Petrel does not understand');
  stream.take(tarPadding(size), MANIFEST_NAME);
  return manifest;
}

function compare(
  { files }: Manifest,
  found: ReadonlyMap<BackupFileName, Found>,
  path: string,
): void {
  for (const { name, size, sha256 } of files) {
    const there = found.get(name);
    if (there?.size === size && there.sha256 === sha256) continue;
    const what = there ? 'is not what the manifest says' : 'is missing';
    throw new BackupError('wrong-content', `${path}: ${name} in it ${what}`);
  }
  if (found.size !== files.length) {
    throw new BackupError('wrong-content', `${path} holds a file that its manifest does not name`);
  }
}

function isFileName(name: string): name is BackupFileName {
  return (FILE_NAMES as readonly string[]).includes(name);
}

function hexOf(hash: Hash): string {
  return hash.digest('hex');
}

/** The decrypted bytes in portions of any length. */
class PlainStream {
  readonly #reader: SealedReader;
  readonly #onProgress: Progress | undefined;
  #chunk: Uint8Array = new Uint8Array();

  constructor(reader: SealedReader, onProgress: Progress | undefined) {
    this.#reader = reader;
    this.#onProgress = onProgress;
  }

  /** Between 1 and `most` bytes, valid until the next call. @param within for the error */
  some(most: number, within: string): Uint8Array {
    while (this.#chunk.length === 0) {
      const next = this.#next(within);
      if (!next) throw this.wrong(`no more than a part of ${within}`);
      this.#chunk = next;
    }
    const part = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(part.length);
    return part;
  }

  take(length: number, within: string): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const part = this.some(length - filled, within);
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /** Nothing but zeros may follow, and the last chunk has to be there. */
  toEnd(): void {
    do {
      if (this.#chunk.some((byte) => byte !== 0)) throw this.wrong('something after the manifest');
      this.#chunk = this.#next('the end') ?? new Uint8Array();
    } while (this.#chunk.length > 0);
  }

  wrong(what: string): BackupError {
    const { path, offset } = this.#reader;
    return new BackupError('wrong-content', `${path} holds ${what} (before byte ${offset})`, {
      offset,
    });
  }

  #next(within: string): Uint8Array | undefined {
    const { offset, bytes } = this.#reader;
    this.#onProgress?.('reading', offset, bytes);
    try {
      return this.#reader.next();
    } catch (error) {
      if (!(error instanceof BackupError) || error.offset === undefined) throw error;
      const text = `${error.message} (within ${within})`;
      throw new BackupError(error.code, text, {
        offset: error.offset,
        cause: error,
      });
    }
  }
}
