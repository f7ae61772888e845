/** `petrel status` and `petrel peers`: how the node stands. */
import type { Command } from 'commander';
import type { ResultOf } from '../../api/native/schema/all.js';
import { printJson } from '../json-output.js';
import { trialsText } from '../mail/event-lines.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import type { CommandContext } from '../program.js';
import { printableLine } from '../terminal/printable.js';
import { durationText, localMinute, sizeText } from '../terminal/quantities.js';
import { tableLines } from '../terminal/table.js';

interface Standing {
  readonly node: ResultOf<'node.info'>;
  readonly network: ResultOf<'network.status'>;
  readonly mail: ResultOf<'messages.counts'>;
  readonly work: ResultOf<'pow.status'>;
}

const SHRUNK_HOST = 15;
const SHRUNK_AGENT = 12;
const NAME_WIDTH = 10;

const NETWORK_WORDS = {
  offline: 'offline',
  searching: 'looking for peers',
  connected: 'connected',
  reachable: 'connected, reachable from outside',
} as const;

export function addStatusCommand(program: Command, context: CommandContext): void {
  addNodeOptions(
    program
      .command('status')
      .description('tell how the node stands: network, mail, proof of work')
      .helpGroup(GROUP.node),
  ).action((options: NodeOptions) => status(options, context));
}

export function addPeersCommand(program: Command, context: CommandContext): void {
  addNodeOptions(
    program.command('peers').description('list the connected peers').helpGroup(GROUP.node),
  ).action((options: NodeOptions) => peers(options, context));
}

async function status(options: NodeOptions, context: CommandContext): Promise<void> {
  const standing = await withNode(options, context, async (client) => {
    const node = await client.call('node.info');
    const network = await client.call('network.status');
    const mail = await client.call('messages.counts');
    return { node, network, mail, work: await client.call('pow.status') };
  });
  if (options.json) {
    printJson(context, standing);
    return;
  }
  for (const [name, text] of statusLines(standing)) {
    context.print(printableLine(`${name.padEnd(NAME_WIDTH)} ${text}`));
  }
}

function statusLines({ node, network, mail, work }: Standing): [string, string][] {
  const { folders } = mail;
  const unread = (['inbox', 'requests', 'chans', 'feeds'] as const)
    .filter((name) => folders[name].unread > 0)
    .map((name) => `${folders[name].unread} in ${name}`);
  const total = folders.inbox.total + folders.requests.total + folders.chans.total;
  return [
    ['node', `${node.name} ${node.version}, up ${durationText(node.nowS - node.startedS)}`],
    [
      'network',
      `${NETWORK_WORDS[network.status]}; ${network.peers} peers (${network.inbound} inbound), ` +
        `${network.knownNodes} known nodes, port ${network.port}`,
    ],
    ['objects', `${network.objects} here, ${network.pendingDownloads} still to fetch`],
    ['traffic', `${sizeText(network.receivedBytes)} received, ${sizeText(network.sentBytes)} sent`],
    ['addresses', `${node.identities} own, ${node.chans} chans`],
    ['mail', `${total + folders.feeds.total} received, new: ${unread.join(', ') || 'none'}`],
    ['outbox', `${folders.outbox.total} not out yet`],
    ['work', workText(work)],
  ];
}

function workText({ totalJobs, trialsPerSecond, kernel }: Standing['work']): string {
  const jobs = totalJobs === 0 ? 'none' : `${totalJobs} jobs`;
  if (trialsPerSecond === 0) return `${jobs}, ${kernel}`;
  return `${jobs}, ${kernel}, ${trialsText(trialsPerSecond)}/s`;
}

async function peers(options: NodeOptions, context: CommandContext): Promise<void> {
  const found = await withNode(options, context, (client) => client.call('network.peers'));
  if (options.json) {
    printJson(context, found);
    return;
  }
  if (found.peers.length === 0) context.note('no peers');
  else printPeers(found.peers, context);
}

function printPeers(list: ResultOf<'network.peers'>['peers'], context: CommandContext): void {
  const columns = [
    { title: 'PEER', shrinkTo: SHRUNK_HOST },
    { title: 'WAY' },
    { title: 'SINCE' },
    { title: 'RECEIVED', align: 'right' },
    { title: 'SENT', align: 'right' },
    { title: 'SOFTWARE', shrinkTo: SHRUNK_AGENT },
  ] as const;
  const rows = list.map((peer) => ({
    cells: [
      `${peer.host.includes(':') ? `[${peer.host}]` : peer.host}:${peer.port}`,
      `${peer.inbound ? 'in' : 'out'}${peer.tls ? ', tls' : ''}`,
      peer.established ? localMinute(peer.connectedS) : 'not yet',
      sizeText(peer.receivedBytes),
      sizeText(peer.sentBytes),
      peer.userAgent,
    ],
  }));
  for (const line of tableLines(columns, rows, context.screen)) context.print(line);
}
