/** From the arguments of `petrel send` to what the node is asked to send. */
import type { PetrelClient } from '../../client/client.js';
import { UserError } from '../../util/errors.js';
import { addressOf, RECIPIENTS } from '../address-names.js';
import { EXIT } from '../exit-codes.js';
import { messageIdOf } from './message-names.js';
import { readText } from '../terminal/prompt.js';

export interface ComposeOptions {
  readonly from?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly file?: string;
  readonly ttl?: number;
}

export interface Envelope {
  readonly fromAddress: string;
  readonly to: readonly string[];
  readonly subject: string;
}

/** Told when a sender has to be chosen. */
const MAX_SHOWN = 5;

/** @throws UserError, RpcError */
export async function newEnvelope(
  client: PetrelClient,
  to: readonly string[],
  { from, subject = '' }: ComposeOptions,
): Promise<Envelope> {
  const addresses: string[] = [];
  for (const text of to) addresses.push(await addressOf(client, text, RECIPIENTS));
  return { fromAddress: await senderOf(client, from), to: addresses, subject };
}

/** To whoever wrote it, or to the chan it is a post of; from the address it came to. */
export async function replyEnvelope(
  client: PetrelClient,
  name: string,
  { from, subject }: ComposeOptions,
): Promise<Envelope> {
  const id = await messageIdOf(client, name);
  const message = await client.call('messages.get', { id });
  const { kind, direction, fromAddress, toAddress } = message;
  const isOwn = direction === 'out';
  const recipient = kind === 'chan' || isOwn ? toAddress : fromAddress;
  const usual = kind === 'broadcast' ? undefined : isOwn ? fromAddress : toAddress;
  return {
    fromAddress: from === undefined && usual !== undefined ? usual : await senderOf(client, from),
    to: [recipient],
    subject: subject ?? `Re: ${message.subject.replace(/^(?:re: *)+/i, '')}`,
  };
}

/** The one that is named, else the only one that is switched on. @throws UserError */
export async function senderOf(client: PetrelClient, from: string | undefined): Promise<string> {
  if (from !== undefined) return addressOf(client, from, ['identities', 'chans']);
  const { identities } = await client.call('identities.list', { limit: 500 });
  const usable = identities.filter(({ enabled }) => enabled);
  const [first] = usable;
  if (!first) {
    const text = 'no own address is switched on; petrel identities create LABEL makes one';
    throw new UserError(text, { exitCode: EXIT.notFound });
  }
  if (usable.length === 1) return first.address;
  const names = usable.slice(0, MAX_SHOWN).map(({ label, address }) => label || address);
  const more = usable.length > MAX_SHOWN ? ', …' : '';
  throw new UserError(`say with --from which own address sends: ${names.join(', ')}${more}`);
}

/** From --body, --file, or stdin, in this order. @throws UserError */
export async function bodyOf(
  { body, file }: ComposeOptions,
  note: (line: string) => void,
): Promise<string> {
  if (body !== undefined && file !== undefined) {
    throw new UserError('the text is either --body or --file, not both');
  }
  if (body !== undefined) return body;
  if (file === undefined && process.stdin.isTTY) {
    note('Type the message; Ctrl-D on a line of its own ends it, Ctrl-C sends nothing.');
  }
  return (await readText(file ?? '-')).replace(/\r\n/g, '\n').replace(/\n$/, '');
}
