/** `petrel chan`: chans, which everybody reads and writes who knows the name. */
import type { Command } from 'commander';
import { addressOf } from '../address-names.js';
import { printJson } from '../json-output.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import { allPages } from '../pages.js';
import type { CommandContext } from '../program.js';
import { printIdentities } from './identities.js';

export function addChanCommand(program: Command, context: CommandContext): void {
  const group = program
    .command('chan')
    .description('chans: create, join, leave, list')
    .helpGroup(GROUP.addresses);
  addNodeOptions(
    group.command('list', { isDefault: true }).description('list the chans you are in'),
  ).action((options: NodeOptions) => list(options, context));
  addNodeOptions(
    group
      .command('create')
      .description('make and join the chan of a name; who knows the name reads along')
      .argument('<name>', 'name of the chan'),
  ).action((name: string, options: NodeOptions) => enter(name, undefined, options, context));
  addNodeOptions(
    group
      .command('join')
      .description('join a chan by name and address: a mistyped name is noticed')
      .argument('<name>', 'name of the chan')
      .argument('<address>', 'address of the chan'),
  ).action((name: string, address: string, options: NodeOptions) =>
    enter(name, address, options, context),
  );
  addNodeOptions(
    group
      .command('leave')
      .description('leave a chan; its posts stay')
      .argument('<chan>', 'its name, address, or the beginning of one'),
  ).action((chan: string, options: NodeOptions) => leave(chan, options, context));
}

async function list(options: NodeOptions, context: CommandContext): Promise<void> {
  const chans = await withNode(options, context, (client) =>
    allPages(
      (page) => client.call('identities.list', { kind: 'chans', ...page }),
      (page) => page.identities,
    ),
  );
  if (options.json) printJson(context, { chans });
  else if (chans.length === 0) context.note('no chans yet; petrel chan create NAME makes one');
  else printIdentities(chans, context);
}

async function enter(
  name: string,
  address: string | undefined,
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const chan = await withNode(options, context, (client) =>
    address === undefined
      ? client.call('chans.create', { name })
      : client.call('chans.join', { name, address }),
  );
  if (options.json) printJson(context, chan);
  else context.print(chan.address);
}

async function leave(chan: string, options: NodeOptions, context: CommandContext): Promise<void> {
  await withNode(options, context, async (client) => {
    const address = await addressOf(client, chan, ['chans']);
    await client.call('chans.leave', { address });
    if (options.json) printJson(context, { left: address });
    else context.print(`left ${address}`);
  });
}
