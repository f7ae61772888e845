/** `petrel queue`: own messages that are not out yet, and what to do about them. */
import type { Command } from 'commander';
import type { MessageSummary } from '../../api/native/schema/messages.js';
import { printJson } from '../json-output.js';
import { MESSAGE, messageIdOf, messageName } from '../mail/message-names.js';
import { nextWords, stateLine, statusWords } from '../mail/state-words.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import { firstRows } from '../pages.js';
import type { CommandContext } from '../program.js';
import { tableLines } from '../terminal/table.js';
import { addListOptions, rowLimit, type ListOptions } from './inbox.js';

const SHRUNK_NAME = 10;
const SHRUNK_TEXT = 12;

const CHANGES = [
  ['cancel', 'outgoing.cancel', 'stop working on a message and move it to the trash'],
  ['resend', 'outgoing.resend', 'send a message again from the beginning'],
  ['force', 'outgoing.forceSend', 'send although the recipient demands more work than is allowed'],
] as const;

export function addQueueCommand(program: Command, context: CommandContext): void {
  const group = program
    .command('queue')
    .description('the outbox: what is not out yet or has failed; cancel, resend, force')
    .helpGroup(GROUP.mail);
  addNodeOptions(
    addListOptions(
      group.command('list', { isDefault: true }).description('list the outbox, newest first'),
    ),
  ).action((options: ListOptions) => list(options, context));
  for (const [name, method, description] of CHANGES) {
    addNodeOptions(
      group.command(name).description(description).argument('<message>', MESSAGE),
    ).action((message: string, options: NodeOptions) => change(message, method, options, context));
  }
}

async function list(options: ListOptions, context: CommandContext): Promise<void> {
  const { rows, more } = await withNode(options, context, (client) =>
    firstRows(
      (page) => client.call('outgoing.queue', page),
      (page) => page.messages,
      rowLimit(options),
    ),
  );
  if (options.json) {
    printJson(context, { messages: rows, more });
    return;
  }
  if (rows.length === 0) context.note('nothing waits to be sent');
  else printQueue(rows, context);
  if (more) context.note(`the newest ${rows.length}; --limit N shows more, --all shows all`);
}

function printQueue(messages: readonly MessageSummary[], context: CommandContext): void {
  const columns = [
    { title: 'ID' },
    { title: 'TO', shrinkTo: SHRUNK_NAME },
    { title: 'STATE' },
    { title: 'NEXT', shrinkTo: SHRUNK_TEXT },
    { title: 'SUBJECT', shrinkTo: SHRUNK_TEXT },
  ];
  const rows = messages.map((message) => {
    const { toName, toAddress, outgoing, subject } = message;
    const state = outgoing ? statusWords(outgoing) : '';
    const next = outgoing ? nextWords(outgoing) || outgoing.reasonText : '';
    return { cells: [messageName(message), toName || toAddress, state, next, subject] };
  });
  for (const line of tableLines(columns, rows, context.screen)) context.print(line);
}

async function change(
  name: string,
  method: (typeof CHANGES)[number][1],
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const state = await withNode(options, context, async (client) =>
    client.call(method, { id: await messageIdOf(client, name) }),
  );
  if (options.json) printJson(context, state);
  else context.print(method === 'outgoing.cancel' ? 'cancelled' : stateLine(state));
}
