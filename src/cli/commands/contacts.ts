/** `petrel contacts`: the address book. */
import type { Command } from 'commander';
import { addressOf } from '../address-names.js';
import { printEntries } from '../books.js';
import { printJson } from '../json-output.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import { allPages } from '../pages.js';
import type { CommandContext } from '../program.js';

const CONTACT = 'address or name of a contact, or the beginning of one';

export function addContactsCommand(program: Command, context: CommandContext): void {
  const group = program
    .command('contacts')
    .description('the address book: list, add, rename, remove')
    .helpGroup(GROUP.addresses);
  addNodeOptions(
    group
      .command('list', { isDefault: true })
      .description('list the address book')
      .argument('[text]', 'only those whose name or address holds it'),
  ).action((text: string | undefined, options: NodeOptions) => list(text, options, context));
  addNodeOptions(
    group
      .command('add')
      .description('add somebody; their messages go to the inbox')
      .argument('<address>', 'Bitmessage address')
      .argument('<name>', 'how you call them; only you see it'),
  ).action((address: string, label: string, options: NodeOptions) =>
    add(address, label, options, context),
  );
  addNodeOptions(
    group
      .command('rename')
      .description('give a contact another name')
      .argument('<contact>', CONTACT)
      .argument('<name>', 'the new name'),
  ).action((contact: string, label: string, options: NodeOptions) =>
    rename(contact, label, options, context),
  );
  addNodeOptions(
    group
      .command('remove')
      .description('remove somebody; messages stay')
      .argument('<contact>', CONTACT),
  ).action((contact: string, options: NodeOptions) => remove(contact, options, context));
}

async function list(
  filter: string | undefined,
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const contacts = await withNode(options, context, (client) =>
    allPages(
      (page) => client.call('contacts.list', { ...(filter !== undefined && { filter }), ...page }),
      (page) => page.contacts,
    ),
  );
  if (options.json) printJson(context, { contacts });
  else if (contacts.length === 0) context.note('no contacts; petrel contacts add ADDRESS NAME');
  else printEntries(contacts, context);
}

async function add(
  address: string,
  label: string,
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const contact = await withNode(options, context, (client) =>
    client.call('contacts.add', { address, label }),
  );
  if (options.json) printJson(context, contact);
  else printEntries([contact], context);
}

async function rename(
  name: string,
  label: string,
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const contact = await withNode(options, context, async (client) => {
    const address = await addressOf(client, name, ['contacts']);
    return client.call('contacts.rename', { address, label });
  });
  if (options.json) printJson(context, contact);
  else printEntries([contact], context);
}

async function remove(name: string, options: NodeOptions, context: CommandContext): Promise<void> {
  await withNode(options, context, async (client) => {
    const address = await addressOf(client, name, ['contacts']);
    await client.call('contacts.remove', { address });
    if (options.json) printJson(context, { removed: address });
    else context.print(`removed ${address}`);
  });
}
