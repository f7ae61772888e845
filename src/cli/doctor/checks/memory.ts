import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { defineCheck } from '../check.js';
import { megabytes } from '../measures.js';

/** A node without load takes some 130 MiB, one under attack 470. [docs/security.md] */
const NEEDED_BYTES = 512 * 2 ** 20;
const KIB = 1_024;

export const memory = defineCheck({
  name: 'memory',
  about: 'Memory that is free, and limits on it (containers, units).',
  problems: {
    low: {
      state: 'warning',
      means: 'Less than 512 MiB are available; under load the system may end the node.',
      remedy:
        'Give the machine or the container more memory, or lower bitmessagesettings.maxtotalconnections.',
    },
    limited: {
      state: 'warning',
      means: 'A limit (container, MemoryMax=) of less than 512 MiB is set.',
      remedy:
        'Raise the limit to 512 MiB at least, or lower bitmessagesettings.maxtotalconnections.',
    },
  },
  look({ lock }, report) {
    // Node counts what a container may take; 0 or nearly 2^64: no limit.
    const limit = process.constrainedMemory();
    if (limit > 0 && limit < NEEDED_BYTES) {
      report.found('limited', `limited to ${megabytes(limit)}`);
      return;
    }
    const available = availableBytes();
    const text = `${megabytes(available)} available`;
    // What the node takes is taken already.
    if (available < NEEDED_BYTES && !lock.isHeld) report.found('low', text);
    else report.ok(text);
  },
});

/** On Linux with what the system would give back from its caches. */
function availableBytes(): number {
  try {
    const found = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
    return found ? Number(found[1]) * KIB : freemem();
  } catch {
    return freemem(); // No Linux.
  }
}
