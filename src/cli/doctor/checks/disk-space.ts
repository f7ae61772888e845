import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { defineCheck } from '../check.js';
import { existing, megabytes } from '../measures.js';

/** Below this SQLite may not even be able to clean up after itself. */
const FULL_BYTES = 32 * 2 ** 20;
/** A day of the network is some 10 MB; a backup and its copy need more. */
const LOW_BYTES = 512 * 2 ** 20;
/** Of Linux (statfs(2)): NFS, SMB, CIFS, SMB2, FUSE of sshfs. */
const NETWORK_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546,
]);

export const diskSpace = defineCheck({
  name: 'disk-space',
  about: 'Room on the disk of the data directory, and its file system.',
  problems: {
    full: {
      state: 'failure',
      means: 'Less than 32 MiB are free: nothing new can be stored.',
      remedy:
        'Free space on that disk, or move the data directory to a larger one and name it with --data-dir.',
    },
    low: {
      state: 'warning',
      means: 'Less than 512 MiB are free.',
      remedy:
        'Free space on that disk, or move the data directory to a larger one and name it with --data-dir.',
    },
    'no-inodes': {
      state: 'failure',
      means: 'The file system has room, but for no further file (inodes).',
      remedy: 'Remove many small files from that file system.',
    },
    'network-file-system': {
      state: 'warning',
      means:
        'The directory is on a network file system: SQLite relies on locks that some of them do not keep.',
      remedy: 'Move the data directory to a local disk.',
    },
  },
  look({ dataDir }, report) {
    const directory = existing(dataDir) ?? dirname(dataDir);
    const { bavail, bsize, files, ffree, type } = statfsSync(directory);
    const free = bavail * bsize;
    const text = `${megabytes(free)} free on the disk of ${dataDir}`;
    if (free < FULL_BYTES) report.found('full', text);
    else if (free < LOW_BYTES) report.found('low', text);
    else if (files > 0 && ffree === 0) report.found('no-inodes', `${text}, and no inode`);
    else report.ok(text);
    if (NETWORK_FILE_SYSTEMS.has(type)) {
      report.found('network-file-system', `${dataDir} is not on a local disk`);
    }
  },
});
