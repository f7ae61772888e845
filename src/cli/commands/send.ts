/** `petrel send` and `petrel broadcast`. */
import type { Command } from 'commander';
import type { PetrelClient } from '../../client/client.js';
import { UserError } from '../../util/errors.js';
import {
  bodyOf,
  newEnvelope,
  replyEnvelope,
  senderOf,
  type ComposeOptions,
} from '../mail/compose.js';
import { MESSAGE } from '../mail/message-names.js';
import { addDeliveryOptions, tellDelivery, type WaitOptions } from '../mail/tell-delivery.js';
import type { Queued } from '../mail/tell-delivery.js';
import { addNodeOptions, duration, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import type { CommandContext } from '../program.js';

interface BroadcastOptions extends NodeOptions, ComposeOptions, WaitOptions {}

interface SendOptions extends BroadcastOptions {
  readonly replyTo?: string;
}

const HELP = `
The text is --body, or --file, or what comes on stdin. Recipients are
addresses, or names of contacts, chans, own addresses and subscriptions, or
their beginnings. Without --from the only own address that is switched on
sends (or PETREL_FROM).`;

export function addSendCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('send')
    .description('send a message to each recipient')
    .helpGroup(GROUP.mail)
    .argument('[recipient...]', 'address or name, or the beginning of one')
    .option('--reply-to <message>', `answer a message: ${MESSAGE}`);
  addNodeOptions(addDeliveryOptions(addComposeOptions(command), 'message'))
    .addHelpText('after', HELP)
    .action((recipients: string[], options: SendOptions) => send(recipients, options, context));
}

export function addBroadcastCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('broadcast')
    .description('send a broadcast to the subscribers of an own address')
    .helpGroup(GROUP.mail);
  addNodeOptions(addDeliveryOptions(addComposeOptions(command), 'broadcast'))
    .addHelpText('after', '\nThe text is --body, or --file, or what comes on stdin.')
    .action((options: BroadcastOptions) => broadcast(options, context));
}

function addComposeOptions(command: Command): Command {
  return command
    .option('--from <own>', 'own address that sends')
    .option('-s, --subject <text>', 'subject')
    .option('-b, --body <text>', 'text of the message')
    .option('-f, --file <file>', 'file with the text; - is stdin')
    .option('--ttl <duration>', 'time to live, 1h to 28d; longer takes more work', duration);
}

async function send(
  recipients: readonly string[],
  given: SendOptions,
  context: CommandContext,
): Promise<void> {
  const options = withUsualSender(given, context);
  const { replyTo } = options;
  if (replyTo === undefined ? recipients.length === 0 : recipients.length > 0) {
    throw new UserError('name recipients, or a message with --reply-to, which knows its own');
  }
  await withNode(options, context, async (client) => {
    const envelope =
      replyTo === undefined
        ? await newEnvelope(client, recipients, options)
        : await replyEnvelope(client, replyTo, options);
    const body = await bodyOf(options, context.note);
    const to = [...envelope.to];
    await deliver(client, options, context, async () => {
      const { messages } = await client.call('outgoing.send', {
        ...{ ...envelope, to, body },
        ...ttlOf(options),
      });
      return messages;
    });
  });
}

async function broadcast(given: BroadcastOptions, context: CommandContext): Promise<void> {
  const options = withUsualSender(given, context);
  await withNode(options, context, async (client) => {
    const fromAddress = await senderOf(client, options.from);
    const body = await bodyOf(options, context.note);
    const subject = options.subject ?? '';
    await deliver(client, options, context, async () => [
      await client.call('outgoing.broadcast', { fromAddress, subject, body, ...ttlOf(options) }),
    ]);
  });
}

async function deliver(
  client: PetrelClient,
  options: BroadcastOptions,
  context: CommandContext,
  queue: () => Promise<Queued[]>,
): Promise<void> {
  const { lastEventId } = await client.call('node.info');
  await tellDelivery({ client, after: lastEventId, queued: await queue(), options }, context);
}

function ttlOf({ ttl }: ComposeOptions): { ttlS?: number } {
  return ttl === undefined ? {} : { ttlS: ttl };
}

function withUsualSender<Options extends ComposeOptions>(
  options: Options,
  { environment }: CommandContext,
): Options {
  const usual = environment['PETREL_FROM'] ?? '';
  return options.from === undefined && usual !== '' ? { ...options, from: usual } : options;
}
