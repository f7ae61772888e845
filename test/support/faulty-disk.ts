/** File systems that a test makes, fills, breaks and mends; with root's rights on Linux only. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './debian-program.js';
import { createTempDir } from './temp-dir.js';

const CHUNK_BYTES = 64 * 1024;
const SMALLEST_BYTES = 1;

/** For the option `skip`: why file systems cannot be made here; false when they can. */
export function skippedWithoutMount(kind: 'tmpfs' | 'ext4'): string | false {
  if (process.platform !== 'linux') return 'file systems are made on Linux only';
  if (process.getuid?.() !== 0) return 'mounting a file system takes the rights of root';
  const wanted = ['mount', 'umount', ...(kind === 'ext4' ? ['mkfs.ext4', 'chattr'] : [])];
  const missing = wanted.filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  try {
    createFaultyDisk(kind, 1).remove();
    return false;
  } catch (error) {
    return `cannot mount ${kind} here: ${(error as Error).message.split('\n')[0] ?? ''}`;
  }
}

export interface FaultyDisk {
  /** Where it is mounted. */
  readonly path: string;
  /** Uses the space up to the last byte. */
  fill(): void;
  /** Gives back what {@link fill} took. */
  free(): void;
  /** ext4: the files take no writes, open ones included, until they do again. */
  setImmutable(files: readonly string[], immutable: boolean): void;
  /** ext4: what the kernel does after a damage that it found: read-only until mounted anew. */
  abort(): void;
  /** Unmounts, checks and mounts again, as its administrator would. */
  mend(): void;
  /** Unmounts, whoever uses it, and removes everything. */
  remove(): void;
}

/** @param mib size of the file system */
export function createFaultyDisk(kind: 'tmpfs' | 'ext4', mib: number): FaultyDisk {
  const temp = createTempDir('petrel-disk');
  const path = join(temp.path, 'mounted');
  const image = join(temp.path, 'image');
  const filler = join(path, 'filler');
  mkdirSync(path);
  const mount = (): void => {
    const what =
      kind === 'tmpfs' ? ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs'] : ['-o', 'loop', image];
    run('mount', ...what, path);
  };
  if (kind === 'ext4') {
    closeSync(openSync(image, 'w'));
    truncateSync(image, Math.max(mib, 8) * 1024 * 1024);
    run('mkfs.ext4', '-q', image);
  }
  try {
    mount();
  } catch (error) {
    temp.remove();
    throw error;
  }
  return {
    path,
    fill: () => fill(filler),
    free: () => rmSync(filler),
    setImmutable: (files, immutable) => run('chattr', immutable ? '+i' : '-i', ...files),
    abort: () => run('mount', '-o', 'remount,abort', path),
    mend() {
      run('umount', path);
      mount();
    },
    remove() {
      run('umount', '--lazy', path);
      temp.remove();
    },
  };
}

/** Smaller and smaller pieces until not one byte is left. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let bytes = CHUNK_BYTES; bytes >= SMALLEST_BYTES;) {
      try {
        writeSync(file, new Uint8Array(bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        bytes = Math.floor(bytes / 2);
      }
    }
  } finally {
    closeSync(file);
  }
}

function run(name: string, ...args: string[]): void {
  execFileSync(findProgram(name) ?? name, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
