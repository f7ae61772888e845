import { defineCheck } from '../check.js';

/** A node without any peer for so long does not find them by itself. */
const LOOKING_S = 300;

export const peers = defineCheck({
  name: 'peers',
  about: 'Connections to other nodes.',
  problems: {
    offline: {
      state: 'warning',
      means: 'network.offline is on: only trusted peers are dialled, if any.',
      remedy:
        'Set network.offline=false (or leave out --offline and PETREL_OFFLINE) when that is not meant.',
    },
    none: {
      state: 'failure',
      means: 'The node runs for more than five minutes and has no connection.',
      remedy:
        'Look at the network of the machine, its firewall (outgoing TCP, mostly port 8444) and, where one is set, the proxy.',
    },
    'dials-nobody': {
      state: 'warning',
      means: 'sendoutgoingconnections is off: the node waits for others to connect.',
      remedy: 'Set sendoutgoingconnections=true when that is not meant.',
    },
  },
  look({ settings, node, offline }, report) {
    if (!settings) return;
    const trusted = settings.list('bitmessagesettings.trustedpeer').length;
    if (!settings.boolean('bitmessagesettings.sendoutgoingconnections')) {
      report.found('dials-nobody', 'no node is dialled');
    } else if (offline) {
      report.found(
        'offline',
        `offline: ${trusted === 0 ? 'nobody is' : `only ${trusted} trusted peers are`} dialled`,
      );
    } else if (!node) report.ok('counted while the node runs');
    if (!node) return;
    const { peers: count, inbound, knownNodes } = node.network;
    const text = `${count} connected, ${inbound} of them came to us; ${knownNodes} nodes known`;
    const isNew = node.info.nowS - node.info.startedS < LOOKING_S;
    if (count === 0 && !offline && !isNew) report.found('none', text);
    else report.ok(text);
  },
});
