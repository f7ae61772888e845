/** Every check of `petrel doctor`, in the order of the output. */
import type { Check } from './check.js';
import { backups } from './checks/backups.js';
import { clock } from './checks/clock.js';
import { conditions } from './checks/conditions.js';
import { dataDirectory } from './checks/data-dir.js';
import { mailDatabase, networkDatabase } from './checks/databases.js';
import { diskSpace } from './checks/disk-space.js';
import { fileHandles } from './checks/file-handles.js';
import { kernels } from './checks/kernels.js';
import { memory } from './checks/memory.js';
import { nodeVersion } from './checks/node-version.js';
import { peers } from './checks/peers.js';
import { ports } from './checks/ports.js';
import { proxy } from './checks/proxy.js';
import { running } from './checks/running.js';
import { settings } from './checks/settings.js';

export const CHECKS: readonly Check[] = [
  nodeVersion,
  settings,
  dataDirectory,
  diskSpace,
  memory,
  fileHandles,
  running,
  mailDatabase,
  networkDatabase,
  backups,
  kernels,
  clock,
  ports,
  proxy,
  peers,
  conditions,
];
