/** `petrel mark`, `trash` and `untrash`: labels of messages, and the trash. */
import type { Command } from 'commander';
import type { PetrelClient } from '../../client/client.js';
import { UserError } from '../../util/errors.js';
import { printJson } from '../json-output.js';
import { MESSAGE, messageIdsOf } from '../mail/message-names.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import type { CommandContext } from '../program.js';

interface MarkOptions extends NodeOptions {
  readonly read?: boolean;
  readonly unread?: boolean;
  readonly star?: boolean;
  readonly unstar?: boolean;
  readonly archive?: boolean;
  readonly unarchive?: boolean;
}

type Change = (client: PetrelClient, ids: string[]) => Promise<{ changed: number }>;

export function addMarkCommand(program: Command, context: CommandContext): void {
  addNodeOptions(
    program
      .command('mark')
      .description('mark messages read or unread, starred or not, archived or not')
      .helpGroup(GROUP.mail)
      .argument('<message...>', MESSAGE)
      .option('--read', 'read')
      .option('--unread', 'new again')
      .option('--star', 'starred')
      .option('--unstar', 'not starred')
      .option('--archive', 'archived: out of the inbox')
      .option('--unarchive', 'not archived'),
  ).action((names: string[], options: MarkOptions) => mark(names, options, context));
}

export function addTrashCommands(program: Command, context: CommandContext): void {
  const add = (name: string, description: string, change: Change): void => {
    addNodeOptions(
      program
        .command(name)
        .description(description)
        .helpGroup(GROUP.mail)
        .argument('<message...>', MESSAGE),
    ).action((names: string[], options: NodeOptions) => apply(names, change, options, context));
  };
  add('trash', 'move messages to the trash; own ones are sent no more', (client, ids) =>
    client.call('messages.trash', { ids }),
  );
  add('untrash', 'move messages out of the trash', (client, ids) =>
    client.call('messages.restore', { ids }),
  );
}

function mark(
  names: readonly string[],
  options: MarkOptions,
  context: CommandContext,
): Promise<void> {
  const labels = {
    ...labelOf('read', options.read, options.unread),
    ...labelOf('starred', options.star, options.unstar),
    ...labelOf('archived', options.archive, options.unarchive),
  };
  if (Object.keys(labels).length === 0) {
    throw new UserError('say how: --read, --unread, --star, --unstar, --archive or --unarchive');
  }
  const change: Change = (client, ids) => client.call('messages.label', { ids, ...labels });
  return apply(names, change, options, context);
}

/** @throws UserError for both at once */
function labelOf(name: string, on = false, off = false): Record<string, boolean> {
  if (on && off) throw new UserError(`a message cannot be ${name} and not ${name}`);
  return on || off ? { [name]: on } : {};
}

async function apply(
  names: readonly string[],
  change: Change,
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const { changed } = await withNode(options, context, async (client) =>
    change(client, await messageIdsOf(client, names)),
  );
  if (options.json) printJson(context, { changed });
  else context.print(`${changed} changed`);
}
