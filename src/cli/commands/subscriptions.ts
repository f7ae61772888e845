/** `petrel subscriptions`, `subscribe` and `unsubscribe`: whose broadcasts one reads. */
import type { Command } from 'commander';
import { addressOf } from '../address-names.js';
import { printEntries } from '../books.js';
import { printJson } from '../json-output.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import { allPages } from '../pages.js';
import type { CommandContext } from '../program.js';

const SUBSCRIPTION = 'its address or name, or the beginning of one';

export function addSubscriptionsCommand(program: Command, context: CommandContext): void {
  const group = program
    .command('subscriptions')
    .description('whose broadcasts you read: list, rename, switch off and on')
    .helpGroup(GROUP.addresses);
  addNodeOptions(
    group
      .command('list', { isDefault: true })
      .description('list the subscriptions')
      .argument('[text]', 'only those whose name or address holds it'),
  ).action((text: string | undefined, options: NodeOptions) => list(text, options, context));
  addNodeOptions(
    group
      .command('label')
      .description('rename a subscription')
      .argument('<subscription>', SUBSCRIPTION)
      .argument('<name>', 'the new name'),
  ).action((name: string, label: string, options: NodeOptions) =>
    change(name, { label }, options, context),
  );
  for (const [name, enabled, text] of [
    ['enable', true, 'read the broadcasts again'],
    ['disable', false, 'read no more broadcasts for now'],
  ] as const) {
    addNodeOptions(
      group.command(name).description(text).argument('<subscription>', SUBSCRIPTION),
    ).action((given: string, options: NodeOptions) => change(given, { enabled }, options, context));
  }
}

export function addSubscribeCommands(program: Command, context: CommandContext): void {
  addNodeOptions(
    program
      .command('subscribe')
      .description('read the broadcasts of an address')
      .helpGroup(GROUP.addresses)
      .argument('<address>', 'Bitmessage address, or name of a contact')
      .argument('[name]', 'how you call it'),
  ).action((address: string, label: string | undefined, options: NodeOptions) =>
    subscribe(address, label, options, context),
  );
  addNodeOptions(
    program
      .command('unsubscribe')
      .description('end a subscription; its broadcasts stay')
      .helpGroup(GROUP.addresses)
      .argument('<subscription>', SUBSCRIPTION),
  ).action((name: string, options: NodeOptions) => unsubscribe(name, options, context));
}

async function list(
  filter: string | undefined,
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const subscriptions = await withNode(options, context, (client) =>
    allPages(
      (page) =>
        client.call('subscriptions.list', { ...(filter !== undefined && { filter }), ...page }),
      (page) => page.subscriptions,
    ),
  );
  if (options.json) printJson(context, { subscriptions });
  else if (subscriptions.length === 0) context.note('no subscriptions; petrel subscribe ADDRESS');
  else printEntries(subscriptions, context);
}

async function change(
  name: string,
  changes: { label?: string; enabled?: boolean },
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const subscription = await withNode(options, context, async (client) => {
    const address = await addressOf(client, name, ['subscriptions']);
    return client.call('subscriptions.update', { address, ...changes });
  });
  if (options.json) printJson(context, subscription);
  else printEntries([subscription], context);
}

async function subscribe(
  name: string,
  given: string | undefined,
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const subscription = await withNode(options, context, async (client) => {
    const address = await addressOf(client, name, ['contacts', 'identities']);
    const known = await client.call('addresses.check', { address });
    return client.call('subscriptions.add', { address, label: given ?? known.name });
  });
  if (options.json) printJson(context, subscription);
  else printEntries([subscription], context);
}

async function unsubscribe(
  name: string,
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  await withNode(options, context, async (client) => {
    const address = await addressOf(client, name, ['subscriptions']);
    await client.call('subscriptions.remove', { address });
    if (options.json) printJson(context, { removed: address });
    else context.print(`unsubscribed from ${address}`);
  });
}
