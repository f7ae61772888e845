/** `petrel inbox` and `petrel sent`: messages of a folder, newest first. */
import { Option, type Command } from 'commander';
import type { Folder, MessageSummary } from '../../api/native/schema/messages.js';
import type { PetrelClient } from '../../client/client.js';
import { addressOf, RECIPIENTS } from '../address-names.js';
import { printJson } from '../json-output.js';
import { printMessages, type MessageField } from '../mail/message-table.js';
import { addNodeOptions, GROUP, wholeNumber, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import { firstRows } from '../pages.js';
import type { CommandContext } from '../program.js';

export interface ListOptions extends NodeOptions {
  readonly limit: number;
  readonly all?: boolean;
}

interface InboxOptions extends ListOptions {
  readonly folder: Folder;
  readonly unread?: boolean;
  readonly starred?: boolean;
  readonly identity?: string;
  readonly chan?: string;
  readonly from?: string;
}

/** Rows when nobody says: they fit on a screen. */
const USUAL_ROWS = 20;
const MAX_ROWS = 1_000_000;

const FOLDERS: readonly Folder[] = [
  'inbox',
  'requests',
  'chans',
  'feeds',
  'archive',
  'starred',
  'trash',
  'all',
];

const FOLDER_HELP = `
Folders: inbox (mail of people you know), requests (of others; see petrel
senders), chans (posts), feeds (broadcasts), archive, starred, trash, all
(everything but the trash, sent mail too).
N marks new messages, * starred ones.`;

export function addInboxCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('inbox')
    .description('list received messages, newest first')
    .helpGroup(GROUP.mail)
    .addOption(
      new Option('--folder <name>', 'which messages').choices([...FOLDERS]).default('inbox'),
    )
    .option('--unread', 'only new ones')
    .option('--starred', 'only starred ones')
    .option('--identity <own>', 'only mail to this own address')
    .option('--chan <chan>', 'only posts of this chan')
    .option('--from <sender>', 'only mail of this sender');
  addNodeOptions(addListOptions(command))
    .addHelpText('after', FOLDER_HELP)
    .action((options: InboxOptions) => listFolder(options, context));
}

export function addSentCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('sent')
    .description('list own messages and how far they are, newest first')
    .helpGroup(GROUP.mail)
    .option('--identity <own>', 'only mail of this own address');
  addNodeOptions(addListOptions(command)).action((options: ListOptions & { identity?: string }) =>
    listFolder({ ...options, folder: 'sent' }, context),
  );
}

/** How many rows. */
export function addListOptions(command: Command): Command {
  return command
    .option('--limit <n>', 'how many', wholeNumber(1, MAX_ROWS), USUAL_ROWS)
    .option('--all', 'all of them');
}

/** For a call of a list: all rows, or as many as the options say. */
export function rowLimit({ limit, all }: ListOptions): number {
  return all ? Infinity : limit;
}

async function listFolder(options: InboxOptions, context: CommandContext): Promise<void> {
  await withNode(options, context, async (client) => {
    const scope = await scopeOf(client, options);
    const { rows, more } = await firstRows(
      (page) => client.call('messages.list', { ...scope, ...page }),
      (page) => page.messages,
      rowLimit(options),
    );
    if (options.json) {
      printJson(context, { messages: rows, more });
      return;
    }
    showRows(rows, fieldsOf(options.folder), more, context);
    if (options.folder === 'inbox') await tellOthers(client, context);
  });
}

/** A table, or a word that there is nothing to show; and whether there is more. */
export function showRows(
  rows: readonly MessageSummary[],
  fields: readonly MessageField[],
  more: boolean,
  context: CommandContext,
): void {
  if (rows.length === 0) context.note('no messages');
  else printMessages(rows, fields, context);
  if (more) context.note(`the newest ${rows.length}; --limit N shows more, --all shows all`);
}

async function scopeOf(
  client: PetrelClient,
  { folder, unread, starred, identity, chan, from }: InboxOptions,
): Promise<{ folder: Folder }> {
  return {
    folder,
    ...(unread && { unread }),
    ...(starred && { starred }),
    ...(identity !== undefined && {
      identity: await addressOf(client, identity, ['identities', 'chans']),
    }),
    ...(chan !== undefined && { chan: await addressOf(client, chan, ['chans']) }),
    ...(from !== undefined && { sender: await addressOf(client, from, RECIPIENTS) }),
  };
}

function fieldsOf(folder: Folder): readonly MessageField[] {
  switch (folder) {
    case 'sent':
      return ['id', 'date', 'to', 'state', 'subject'];
    case 'inbox':
    case 'requests':
    case 'feeds':
      return ['id', 'marks', 'date', 'from', 'subject'];
    default:
      return ['id', 'marks', 'date', 'from', 'to', 'subject'];
  }
}

/** New mail in other folders would be missed otherwise. */
async function tellOthers(client: PetrelClient, context: CommandContext): Promise<void> {
  const { folders } = await client.call('messages.counts');
  const names = ['requests', 'chans', 'feeds'] as const;
  const others = names.filter((name) => folders[name].unread > 0);
  if (others.length === 0) return;
  const counts = others.map((name) => `${folders[name].unread} in ${name}`).join(', ');
  context.note(`also new: ${counts} (petrel inbox --folder ${others[0] ?? ''})`);
}
