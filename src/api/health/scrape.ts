/** What is read for one look at all metrics: what has to be asked for, beside what is in memory. */
import { stat, statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PetrelNode } from '../../node/node.js';
import { dataDirPaths } from '../../store/data-dir.js';
import type { UnfinishedCount } from '../../store/repositories.js';
import type { CallTimes } from './call-times.js';
import type { LoopDelay } from './loop-delay.js';

/** The node, as far as its health is concerned. */
export type HealthNode = Pick<
  PetrelNode,
  | 'settings'
  | 'store'
  | 'network'
  | 'pow'
  | 'counters'
  | 'mail'
  | 'decryption'
  | 'identities'
  | 'loading'
  | 'conditions'
>;

export interface Scrape {
  readonly node: HealthNode;
  readonly nowS: number;
  readonly isReady: boolean;
  readonly outbox: readonly UnfinishedCount[];
  /** Bytes of the databases' files, by name. */
  readonly fileBytes: Readonly<Record<string, number>>;
  readonly disk: { readonly freeBytes: number; readonly sizeBytes: number };
  readonly loopDelay: ReturnType<LoopDelay['read']>;
  readonly calls: CallTimes;
  readonly backup: BackupNews;
}

/** What became of the backups that the node makes by itself. */
export interface BackupNews {
  /** Unix seconds; undefined before the first. */
  readonly lastSuccessS: number | undefined;
  /** The latest one did not succeed. */
  readonly isFailing: boolean;
}

/** Bytes of the databases, with what waits beside them to be written into them. */
export async function databaseBytes(dataDir: string): Promise<Record<string, number>> {
  const { mail, network } = dataDirPaths(dataDir);
  const paths = [mail, network].flatMap((path) => [path, `${path}-wal`]);
  const sizes = await Promise.all(
    paths.map(async (path) => [basename(path), await fileBytes(path)] as const),
  );
  return Object.fromEntries(sizes);
}

async function fileBytes(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** Of the file system that the data directory is on; free is what may still be used by ordinary users. */
export async function diskBytes(dataDir: string): Promise<Scrape['disk']> {
  const { bavail, blocks, bsize } = await statfs(dataDir);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}
