/** Messages as people name them: `12` received, `s3` own, or the whole id. */
import type { MessageSummary } from '../../api/native/schema/messages.js';
import type { PetrelClient } from '../../client/client.js';
import { UserError } from '../../util/errors.js';
import { EXIT } from '../exit-codes.js';
import { printableLine } from '../terminal/printable.js';

/** For the help of commands. */
export const MESSAGE = 'number of a message: 12 received, s3 sent';

const ID = /^(?:in|out)-[0-9a-f]*$/;
const NUMBER = /^(s?)(\d{1,15})$/i;

export function messageName({
  direction,
  number,
}: Pick<MessageSummary, 'direction' | 'number'>): string {
  return direction === 'in' ? String(number) : ownName(number);
}

export function ownName(number: number): string {
  return `s${number}`;
}

/** Id of what was named. @throws UserError when it is no name of a message; RpcError `not-found` */
export async function messageIdOf(client: PetrelClient, text: string): Promise<string> {
  if (ID.test(text)) return text;
  const [, own, digits] = NUMBER.exec(text) ?? [];
  if (digits === undefined) {
    throw new UserError(
      printableLine(`"${text}" is no message; it is ${MESSAGE}, as the lists show them`),
    );
  }
  const direction = own === '' ? 'in' : 'out';
  return (await client.call('messages.find', { direction, number: Number(digits) })).id;
}

/** @throws UserError when one of them is not there: nothing may be done by halves */
export async function messageIdsOf(
  client: PetrelClient,
  texts: readonly string[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const text of texts) {
    const id = await messageIdOf(client, text);
    if (ID.test(text)) await client.call('messages.get', { id });
    ids.push(id);
  }
  if (ids.length > MAX_NAMED) {
    throw new UserError(`at most ${MAX_NAMED} messages at a time`, { exitCode: EXIT.usage });
  }
  return ids;
}

/** What one call takes. */
const MAX_NAMED = 1_000;
