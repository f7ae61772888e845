/** `petrel search`: messages that hold all the words. */
import type { Command } from 'commander';
import { addressOf } from '../address-names.js';
import { printJson } from '../json-output.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import { firstRows } from '../pages.js';
import type { CommandContext } from '../program.js';
import { addListOptions, rowLimit, showRows, type ListOptions } from './inbox.js';

interface SearchOptions extends ListOptions, NodeOptions {
  readonly identity?: string;
}

export function addSearchCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('search')
    .description('find messages whose subject, text or addresses hold all the words')
    .helpGroup(GROUP.mail)
    .argument('<word...>', 'words or their beginnings; "in quotes" as they stand')
    .option('--identity <own>', 'only mail to or from this own address');
  addNodeOptions(addListOptions(command)).action((words: string[], options: SearchOptions) =>
    search(words.join(' '), options, context),
  );
}

async function search(
  query: string,
  options: SearchOptions,
  context: CommandContext,
): Promise<void> {
  let notIndexed = 0;
  const { rows, more } = await withNode(options, context, async (client) => {
    const { identity } = options;
    const scope =
      identity === undefined ? {} : { identity: await addressOf(client, identity, ['identities']) };
    return firstRows(
      (page) => client.call('messages.search', { query, ...scope, ...page }),
      (page) => {
        ({ notIndexed } = page);
        return page.messages;
      },
      rowLimit(options),
    );
  });
  if (options.json) printJson(context, { messages: rows, more, notIndexed });
  else showRows(rows, ['id', 'marks', 'date', 'from', 'to', 'subject'], more, context);
  if (notIndexed > 0 && !options.json) {
    context.note(`${notIndexed} messages are not indexed yet: search again in a while`);
  }
}
