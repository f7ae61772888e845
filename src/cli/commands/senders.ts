/** `petrel senders`: who may write. */
import { Argument, type Command } from 'commander';
import type { PetrelClient } from '../../client/client.js';
import { addressOf } from '../address-names.js';
import { printJson } from '../json-output.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import type { CommandContext } from '../program.js';
import { tableLines } from '../terminal/table.js';

const SHRUNK_LABEL = 10;
const SENDER = 'address, or name of a contact';
const HELP = `
Mail of people you never had to do with waits in requests (petrel inbox
--folder requests) until you accept them, write to them or make them a
contact.`;

export function addSendersCommand(program: Command, context: CommandContext): void {
  const group = program
    .command('senders')
    .description('who may write: accept, block, unblock, lists')
    .helpGroup(GROUP.addresses)
    .addHelpText('after', HELP);
  addNodeOptions(
    group
      .command('list', { isDefault: true })
      .description('show blacklist and whitelist, and which of them counts'),
  ).action((options: NodeOptions) => list(options, context));
  addNodeOptions(
    group
      .command('accept')
      .description('move the requests of a sender to the inbox, later ones too')
      .argument('<sender>', SENDER),
  ).action((sender: string, options: NodeOptions) => accept(sender, options, context));
  addNodeOptions(
    group
      .command('block')
      .description('refuse a sender; their requests go to the trash')
      .argument('<sender>', SENDER),
  ).action((sender: string, options: NodeOptions) => block(sender, options, context));
  addNodeOptions(
    group
      .command('unblock')
      .description('take a sender off the blacklist')
      .argument('<address>', 'Bitmessage address'),
  ).action((sender: string, options: NodeOptions) => unblock(sender, options, context));
  addNodeOptions(
    group
      .command('mode')
      .description('choose the list that counts')
      .addArgument(
        new Argument('<list>', 'black: all but those listed may write; white: only those').choices([
          'black',
          'white',
        ]),
      ),
  ).action((mode: 'black' | 'white', options: NodeOptions) => setMode(mode, options, context));
}

async function list(options: NodeOptions, context: CommandContext): Promise<void> {
  const lists = await withNode(options, context, (client) => client.call('senders.mode'));
  if (options.json) {
    printJson(context, lists);
    return;
  }
  const { mode, blacklist, whitelist } = lists;
  context.print(
    mode === 'black' ? 'everybody may write but the blacklist' : 'only the whitelist may write',
  );
  const columns = [
    { title: 'LIST' },
    { title: 'ADDRESS' },
    { title: 'STATE' },
    { title: 'LABEL', shrinkTo: SHRUNK_LABEL },
  ];
  const rows = [
    ...blacklist.map((entry) => ({ name: 'black', ...entry })),
    ...whitelist.map((entry) => ({ name: 'white', ...entry })),
  ].map(({ name, address, label, enabled }) => ({
    cells: [name, address, enabled ? 'on' : 'off', label],
  }));
  if (rows.length === 0) return;
  for (const line of tableLines(columns, rows, context.screen)) context.print(line);
}

/** Changes what may be done with the mail of one sender. */
async function judge(
  sender: string,
  options: NodeOptions,
  context: CommandContext,
  change: (client: PetrelClient, address: string) => Promise<[record: object, text: string]>,
): Promise<void> {
  const [record, text] = await withNode(options, context, async (client) =>
    change(client, await addressOf(client, sender, ['contacts', 'subscriptions'])),
  );
  if (options.json) printJson(context, record);
  else context.print(text);
}

function accept(sender: string, options: NodeOptions, context: CommandContext): Promise<void> {
  return judge(sender, options, context, async (client, address) => {
    const { moved } = await client.call('senders.accept', { address });
    return [{ accepted: address, moved }, `accepted ${address}, ${moved} moved to the inbox`];
  });
}

function block(sender: string, options: NodeOptions, context: CommandContext): Promise<void> {
  return judge(sender, options, context, async (client, address) => {
    const { trashed } = await client.call('senders.block', { address });
    return [{ blocked: address, trashed }, `blocked ${address}, ${trashed} moved to the trash`];
  });
}

function unblock(sender: string, options: NodeOptions, context: CommandContext): Promise<void> {
  return judge(sender, options, context, async (client, address) => {
    await client.call('senders.remove', { list: 'blacklist', address });
    return [{ unblocked: address }, `unblocked ${address}`];
  });
}

async function setMode(
  mode: 'black' | 'white',
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  await withNode(options, context, (client) => client.call('senders.setMode', { mode }));
  if (options.json) printJson(context, { mode });
  else context.print(`the ${mode}list counts`);
}
