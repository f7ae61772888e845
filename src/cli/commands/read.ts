/** `petrel read`: one message with its text. */
import type { Command } from 'commander';
import type { Message } from '../../api/native/schema/messages.js';
import { printJson } from '../json-output.js';
import { MESSAGE, messageIdOf } from '../mail/message-names.js';
import { stateLine } from '../mail/state-words.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import type { CommandContext } from '../program.js';
import { printableBody, printableLine } from '../terminal/printable.js';
import { localMinute } from '../terminal/quantities.js';

interface ReadOptions extends NodeOptions {
  readonly body?: boolean;
  readonly keepUnread?: boolean;
}

const HELP = `
On a terminal what could control it is shown as an escape; elsewhere the text
comes as it is.`;

export function addReadCommand(program: Command, context: CommandContext): void {
  addNodeOptions(
    program
      .command('read')
      .description('show a message and mark it read')
      .helpGroup(GROUP.mail)
      .argument('<message>', MESSAGE)
      .option('--body', 'only its text')
      .option('--keep-unread', 'do not mark it read'),
  )
    .addHelpText('after', HELP)
    .action((name: string, options: ReadOptions) => read(name, options, context));
}

async function read(name: string, options: ReadOptions, context: CommandContext): Promise<void> {
  const message = await withNode(options, context, async (client) => {
    const id = await messageIdOf(client, name);
    return client.call('messages.get', { id, markRead: !options.keepUnread });
  });
  if (options.json) {
    printJson(context, message);
    return;
  }
  if (!options.body) for (const line of headLines(message)) context.print(line);
  const isTerminal = context.screen.columns !== undefined;
  const body = message.body.replace(/\n$/, '');
  context.print(isTerminal ? printableBody(body) : body);
}

function headLines(message: Message): string[] {
  const { fromName, fromAddress, toName, toAddress, subject, timeS, outgoing } = message;
  const head = [
    `From:    ${person(fromName, fromAddress)}`,
    `To:      ${person(toName, toAddress)}`,
    `Date:    ${localMinute(timeS)}`,
    `Subject: ${subject}`,
    ...(outgoing ? [`State:   ${stateLine(outgoing)}`] : []),
  ];
  return [...head.map(printableLine), ''];
}

function person(name: string, address: string): string {
  return name === '' ? address : `${name} <${address}>`;
}
