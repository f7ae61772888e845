/** docs/limits.md, written from the constants, their comments and the table of options. */
import { readFileSync } from 'node:fs';
import * as networkLimits from '../../src/network/limits.js';
import type { Rejection } from '../../src/network/rejections.js';
import { OPTIONS, type OptionName } from '../../src/node/settings/option-table.js';
import * as wireLimits from '../../src/wire/limits.js';
import { projectRoot } from './vectors.js';

/** What each counter counts, and which limits it tells of. */
const REJECTION_TEXTS: Record<Rejection, string> = {
  malformed: 'payload that is shorter or longer than it says; 10 points',
  'malformed-object': 'object whose header cannot be read; 10 points',
  'odd-object': 'the same with its proof of work, which some nodes pass on in good faith; 1 point',
  'insufficient-pow': 'object without its proof of work; 20 points',
  'too-large': 'object above `MAX_OBJECT_PAYLOAD_BYTES`; 20 points',
  'wrong-stream': 'object of a stream that is not ours; 5 points',
  'ttl-too-long': 'object that lives longer than 28 days and 3 hours; 5 points',
  expired: 'object that ended more than an hour ago; 1 point',
  'unknown-object': 'request for what we do not have, or do not show; 1 point',
  undelivered: 'announced and not delivered within `REQUEST_TIMEOUT_MS`; 1 point',
  'surplus-announcement': 'hash above `MAX_MISSING_PER_PEER` or `MAX_MISSING`',
  'surplus-stem-object': '`dinv` hash above `MAX_STEM_OBJECTS` or `MAX_STEM_OBJECTS_PER_PEER`',
  'surplus-request': 'requested hash above `MAX_PENDING_UPLOADS`',
  'repeated-request': 'requested more often than `MAX_SERVES_PER_OBJECT`',
  'surplus-address': '`addr` entry above `MAX_ADDR_ENTRIES_PER_PEER`',
  'unkept-address': '`addr` entry that is not fresh, public, ours, or has no room',
  'dropped-announcement': 'announcement to the peer above `MAX_PENDING_ANNOUNCEMENTS`',
  'unanswered-ping': '`ping` of a peer that does not read what is sent',
  'unknown-command': 'packet with a command that we do not know: ignored',
  portcheck: 'wish to be dialled that is not followed (`network.portcheck`, `MAX_PORT_CHECKS`)',
  'bad-magic': 'closed: not a packet of this network',
  'bad-checksum': 'closed: wrong checksum',
  'too-long-packet': 'closed: header above `MAX_RECEIVED_PAYLOAD_BYTES`',
  'bad-varint': 'closed: a number in a form that is not allowed',
  'early-command': 'closed: command before the handshake was complete',
  'repeated-handshake': 'closed: second `version` or `verack`',
  'handshake-timeout': 'closed: not established within `HANDSHAKE_TIMEOUT_MS`',
  'handshake-bytes': 'closed: above `MAX_HANDSHAKE_BYTES` before it was established',
  'held-packet': 'closed: all together are above `MAX_HELD_BYTES`, and this one waits longest',
  'tls-failed': 'closed: TLS was agreed and failed',
  idle: 'closed: nothing received within `IDLE_CLOSE_MS`',
  unread: 'closed: `SEND_LIMIT_BYTES` or `DRAIN_TIMEOUT_MS`',
  'too-many-faults': 'closed and refused for `BAN_MS`: `FAULT_LIMIT` points',
  'fatal-error': 'closed: the peer said so',
  'old-protocol': 'told and closed: protocol version below 3',
  'clock-ahead': 'told and closed: clock ahead by more than `MAX_CLOCK_OFFSET_S`',
  'clock-behind': 'told and closed: clock behind by more than `MAX_CLOCK_OFFSET_S`',
  'no-shared-stream': 'told and closed: none of our streams',
  'second-from-host':
    'told and closed: one inbound connection per host, but for the host of the proxy',
  'server-full': 'told and closed: `maxtotalconnections`, or connected the other way round',
  'own-connection': 'told and closed: it was us',
  'accept-banned': 'no byte for it: its host was closed for faults',
  'accept-full': 'no byte for it: `ACCEPT_HEADROOM` above all connections',
  'accept-half-open': 'no byte for it: `MAX_HALF_OPEN_PER_HOST`',
  'accept-too-often': 'no byte for it: `MAX_ACCEPTS_PER_HOST`',
};

const SETTINGS: readonly OptionName[] = [
  'bitmessagesettings.maxoutboundconnections',
  'bitmessagesettings.maxtotalconnections',
  'bitmessagesettings.maxbootstrapconnections',
  'bitmessagesettings.maxaddrperstreamsend',
  'knownnodes.maxnodes',
  'network.announcedelay',
  'network.antiintersection',
  'network.portcheck',
  'zlib.maxsize',
  'bitmessagesettings.apimaxbody',
];

/** The whole page. */
export function renderLimitsDocs(): string {
  return [
    '# Limits\n\nEverything that a stranger could make grow has a limit. This page is written by `npm run build:limits-docs`\nfrom the source; times end in `_MS` or `_S`, amounts of memory in `_BYTES`.',
    settingsPart(),
    '# Of the network layer',
    constantsPart('src/network/limits.ts', networkLimits),
    '# Of the protocol',
    constantsPart('src/wire/limits.ts', wireLimits),
    rejectionsPart(),
  ]
    .join('\n\n')
    .replace(/^# Of/gm, '## Of')
    .concat('\n');
}

function settingsPart(): string {
  const rows = SETTINGS.map((name) => {
    const { default: usual, explanation } = OPTIONS[name];
    return [`\`${name}\``, usual, explanation];
  });
  return `## Settings\n\n${table(['Setting', 'Default', 'Meaning'], rows)}`;
}

function rejectionsPart(): string {
  const rows = Object.entries(REJECTION_TEXTS).map(([name, text]) => [`\`${name}\``, text]);
  return (
    '## What is counted\n\nWhat is not taken is counted for the peer and for all together ' +
    '(`connections()` and `counters` of the network layer).\nPoints are lost by one a minute.\n\n' +
    table(['Counter', 'What'], rows)
  );
}

/** Constants by section, each with its comment, which the lines right below it share. */
function constantsPart(path: string, values: Readonly<Record<string, unknown>>): string {
  const source = readFileSync(new URL(path, projectRoot), 'utf8');
  const parts: string[] = [];
  let rows: string[][] = [];
  let comment = '';
  let wasUsed = false;
  const end = (): void => {
    if (rows.length > 0) parts.push(table(['Constant', 'Value', 'Why'], rows));
    rows = [];
  };
  const pattern = /^\/\/ -+ (.+)$|\/\*\*([\s\S]*?)\*\/|^export const (\w+)|^\n/gm;
  for (const [, section, text, name] of source.matchAll(pattern)) {
    if (section !== undefined) {
      end();
      parts.push(`### ${section[0]?.toUpperCase() ?? ''}${section.slice(1)}`);
    } else if (text !== undefined) {
      comment = oneLine(text);
    } else if (name !== undefined) {
      rows.push([`\`${name}\``, shown(values[name]), comment]);
      wasUsed = true;
    } else if (wasUsed) {
      comment = '';
      wasUsed = false;
    }
  }
  end();
  return parts.join('\n\n');
}

function oneLine(comment: string): string {
  return comment
    .replace(/^\s*\* ?/gm, '')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .replace(/\|/g, '\\|')
    .trim();
}

function shown(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en-US');
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, part]) => `${name} ${shown(part)}`)
      .join(', ');
  }
  return String(value);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
