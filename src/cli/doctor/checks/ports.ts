import { once } from 'node:events';
import { createServer } from 'node:net';
import { readProxySettings } from '../../../node/settings/proxy-settings.js';
import type { Settings } from '../../../node/settings/settings.js';
import { defineCheck, type Report } from '../check.js';
import { portOwner } from '../port-owner.js';

type Code = 'taken' | 'not-allowed' | 'no-such-address' | 'unusable';

export const ports = defineCheck({
  name: 'ports',
  about:
    'The port for other nodes and the port of the API: whether they can be listened on, or the running node does.',
  problems: {
    taken: {
      state: 'warning',
      means:
        'Another program has the port; the node takes another one, where routers, Tor and clients do not look.',
      remedy: 'Stop that program, or set {option} to a port that is free.',
    },
    'not-allowed': {
      state: 'failure',
      means: 'Ports below 1024 need a right that this user has not.',
      remedy: 'Set {option} to a port above 1023.',
    },
    'no-such-address': {
      state: 'failure',
      means: 'The settings name an address to listen on that this machine does not have.',
      remedy: 'Correct {host} (ip address shows what there is).',
    },
    unusable: {
      state: 'failure',
      means: 'The system does not let the port be listened on, for another reason.',
      remedy: 'Set {option} to another port, and look at the limits of the system for this user.',
    },
  },
  async look({ settings, lock, node }, report) {
    if (!settings) return;
    if (node) {
      report.ok(`the node listens on port ${node.network.port}, its API at ${node.url}`);
      return;
    }
    if (lock.isHeld) return; // It has its ports; the check `running` tells of it.
    for (const host of bindHosts(settings)) {
      await tryPort(
        { settings, host, option: 'bitmessagesettings.port', hostOption: 'network.bind' },
        report,
      );
    }
    if (!settings.boolean('bitmessagesettings.apienabled')) return;
    const host = settings.text('bitmessagesettings.apiinterface');
    const hostOption = 'bitmessagesettings.apiinterface';
    await tryPort({ settings, host, option: 'bitmessagesettings.apiport', hostOption }, report);
  },
});

interface Wanted {
  readonly settings: Settings;
  readonly host: string | undefined;
  readonly option: 'bitmessagesettings.port' | 'bitmessagesettings.apiport';
  readonly hostOption: string;
}

/** Undefined: all addresses. */
function bindHosts(settings: Settings): readonly (string | undefined)[] {
  return readProxySettings(settings).bindHosts ?? [undefined];
}

async function tryPort(
  { settings, host, option, hostOption }: Wanted,
  report: Report<Code>,
): Promise<void> {
  const port = settings.integer(option);
  const where = host === undefined ? `port ${port}` : `${host} port ${port}`;
  if (port === 0) {
    report.ok(`${option}=0: whatever port is free`);
    return;
  }
  const code = await listenError(port, host);
  const names = { option, host: hostOption };
  switch (code) {
    case '':
      report.ok(`${where} is free (${option})`);
      break;
    case 'EADDRINUSE':
      report.found(
        'taken',
        `${where} is taken by ${portOwner(port) ?? 'another program'} (${option})`,
        names,
      );
      break;
    case 'EACCES':
      report.found('not-allowed', `${where} is not for this user (${option})`, names);
      break;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      report.found(
        'no-such-address',
        `${host ?? ''} is no address of this machine (${hostOption})`,
        names,
      );
      break;
    default:
      report.found('unusable', `${where}: ${code} (${option})`, names);
  }
}

/** Listens for a moment. @returns the code of the error; '' when it works */
async function listenError(port: number, host: string | undefined): Promise<string> {
  const server = createServer();
  try {
    server.listen({ port, ...(host !== undefined && { host }) });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
