import { dataDirPaths } from '../../../store/data-dir.js';
import { inspectDatabase, type DatabaseView } from '../../../store/inspect-database.js';
import { defineCheck, type Report } from '../check.js';
import type { DoctorContext } from '../context.js';
import { megabytes } from '../measures.js';

/** Read to the end without being asked to: half a minute from a slow disk. */
const MAX_CHECKED_BYTES = 2 ** 30;
/** So much, and so large a part, that giving it back is worth the while. */
const MUCH_FREE_BYTES = 64 * 2 ** 20;
const MUCH_FREE_PART = 0.3;

const NEWER = {
  state: 'failure',
  means: 'A newer Petrel has written it; this one does not touch it.',
  remedy: 'Start the newer Petrel, or restore a backup that was made before.',
} as const;
const FOREIGN = {
  state: 'failure',
  means: 'It is a SQLite file, but none of Petrel.',
  remedy: 'Move it away, or use another --data-dir.',
} as const;
const UNREADABLE = {
  state: 'failure',
  means: 'It cannot be read.',
  remedy: 'Check its owner and mode (chown, chmod 600) and the log of the system for disk errors.',
} as const;
const WASTE = {
  state: 'warning',
  means: 'More than 30 % of the file hold nothing.',
  remedy: 'Stop the node and run petrel db vacuum, when the disk is short of room.',
} as const;

type Code = 'damaged' | 'newer' | 'foreign' | 'unreadable' | 'much-free';

export const mailDatabase = defineCheck({
  name: 'mail-db',
  about:
    'mail.db: identities with their keys, messages, contacts. Every page is read up to 1 GiB, with --full always.',
  problems: {
    damaged: {
      state: 'failure',
      means: 'SQLite finds damage, or the file is empty.',
      remedy:
        'Stop the node, copy the directory, then petrel db salvage, or restore a backup. Look for disk errors.',
    },
    newer: NEWER,
    foreign: FOREIGN,
    unreadable: UNREADABLE,
    'much-free': WASTE,
  },
  look: (context, report) => look(context, 'mail', report),
});

export const networkDatabase = defineCheck({
  name: 'network-db',
  about: 'network.db: objects and nodes of the network, which can be fetched again.',
  problems: {
    damaged: {
      state: 'failure',
      means: 'SQLite finds damage.',
      remedy:
        'Stop the node, move {name} and {name}-wal away and start it: the network sends the content anew.',
    },
    newer: NEWER,
    foreign: FOREIGN,
    unreadable: UNREADABLE,
    'much-free': WASTE,
  },
  look: (context, report) => look(context, 'network', report),
});

function look(
  { dataDir, full }: DoctorContext,
  role: 'mail' | 'network',
  report: Report<Code>,
): void {
  const path = dataDirPaths(dataDir)[role];
  const view = inspectDatabase(path, role, full ? Infinity : MAX_CHECKED_BYTES);
  const names = { name: path };
  switch (view.state) {
    case 'absent':
      report.ok(`${path} is not there yet: the first start makes it`);
      break;
    case 'empty':
      if (role === 'network') report.ok(`${path} is empty: the next start fills it`);
      else report.found('damaged', `${path} is empty`, names);
      break;
    case 'fine':
      tellFine(path, view, report);
      break;
    case 'damaged':
      report.found('damaged', `${path} is damaged (${view.detail})`, names);
      break;
    case 'newer':
      report.found(
        'newer',
        `${path} has schema ${view.schema}, this Petrel knows up to ${view.knownSchema}`,
      );
      break;
    case 'foreign':
      report.found('foreign', `${path} is not a database of Petrel`);
      break;
    case 'unreadable':
      report.found('unreadable', `${path} cannot be read (${view.detail})`);
  }
}

function tellFine(path: string, view: DatabaseView, report: Report<Code>): void {
  const { bytes, schema, knownSchema, freeBytes, isChecked } = view;
  const version =
    schema < knownSchema
      ? `schema ${schema}, the next start makes it ${knownSchema}`
      : `schema ${schema}`;
  const checked = isChecked ? 'every page is right' : 'not read to the end (--full does)';
  report.ok(`${path}: ${megabytes(bytes)}, ${version}, ${checked}`);
  if (freeBytes > MUCH_FREE_BYTES && freeBytes > bytes * MUCH_FREE_PART) {
    report.found('much-free', `${megabytes(freeBytes)} of ${path} hold nothing`);
  }
}
