import { readdirSync, readFileSync } from 'node:fs';
import { defineCheck } from '../check.js';

/** Databases, workers, log, API clients. */
const OTHER_HANDLES = 100;
/** Of the limit, from which on it is told. */
const NEAR = 0.8;
const DEFAULT_CONNECTIONS = 200;

export const fileHandles = defineCheck({
  name: 'file-handles',
  about: 'How many files and connections the process may have open.',
  problems: {
    'too-few': {
      state: 'warning',
      means: 'The limit is below the connections that the settings allow, and 100 for all else.',
      remedy:
        'Raise the limit (ulimit -n {needed}, LimitNOFILE={needed}), or lower bitmessagesettings.maxtotalconnections.',
    },
    'nearly-used-up': {
      state: 'warning',
      means: 'The running node has more than 80 % of its handles open.',
      remedy: 'Raise the limit (ulimit -n, LimitNOFILE=) and start the node again.',
    },
  },
  look({ settings, lock }, report) {
    const connections =
      settings?.integer('bitmessagesettings.maxtotalconnections') ?? DEFAULT_CONNECTIONS;
    const needed = connections + OTHER_HANDLES;
    const ofNode = lock.isHeld ? handlesOf(lock.pid) : undefined;
    const limit = ofNode?.limit ?? handlesOf('self')?.limit;
    if (limit === undefined) {
      report.ok('the limit cannot be looked up on this system');
      return;
    }
    const used = ofNode?.used;
    const text = `${limit} may be open${used === undefined ? '' : `, ${used} are`}`;
    if (limit < needed)
      report.found('too-few', `${text}, ${needed} may be needed`, { needed: `${needed}` });
    else if (used !== undefined && used > limit * NEAR) report.found('nearly-used-up', text);
    else report.ok(text);
  },
});

/** Undefined where there is no /proc, or not for us. `used` is unknown for processes of others. */
function handlesOf(pid: string): { limit: number; used: number | undefined } | undefined {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
    const [, soft = '', hard = ''] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(limits) ?? [];
    // Node raises its own limit to the hard one.
    const limit = Math.max(
      ...[soft, hard].map((text) => (text === 'unlimited' ? Infinity : Number(text))),
    );
    return { limit, used: pid === 'self' ? undefined : openHandles(pid) };
  } catch {
    return undefined;
  }
}

function openHandles(pid: string): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return undefined;
  }
}
