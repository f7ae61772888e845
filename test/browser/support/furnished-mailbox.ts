/** A mailbox with something in every folder, made by real nodes. */
import {
  untilConnected,
  untilInbox,
  untilStatus,
  type PetrelNetwork,
} from '../../support/petrel-network.js';
import { base64, type PetrelProcess } from '../../support/petrel-process.js';

export interface FurnishedMailbox {
  readonly node: PetrelProcess;
  /** Identity `Anna`. */
  readonly address: string;
  /** Contact `Bert Lindqvist`. */
  readonly friend: string;
  readonly chan: string;
  /** Subscribed to as `Bert’s letters`. */
  readonly feed: string;
}

const LETTER = `Dear Anna,

I have been thinking about what you said yesterday, and the roses should go along the south wall.
There is a plan at https://example.org/garden?plan=2 for you to look at.

Yours,
Bert`;

/** Starts two nodes in the network and lets them write to each other. */
export async function furnishMailbox(network: PetrelNetwork): Promise<FurnishedMailbox> {
  const node = await network.start('anna');
  const other = await network.start('bert', [node]);
  await untilConnected(node, 1);
  const address = await node.createAddress('Anna');
  await node.createAddress('Work');
  const friend = await other.createAddress('Bert');
  const stranger = await other.createAddress('Stranger');
  await node.call('addAddressBookEntry', friend, base64('Bert Lindqvist'));
  await node.call('addSubscription', friend, base64('Bert’s letters'));
  const chan = (await node.call('createChan', base64('gardeners'))) as string;
  await other.call('joinChan', base64('gardeners'), chan);

  await other.send(address, friend, 'The garden plan', LETTER);
  await other.send(address, friend, 'Invoice 2041', 'Please find the numbers below.\n\n> 12 roses');
  await other.send(address, stranger, 'Hello from far away', 'We have not met yet.');
  await other.call('sendBroadcast', friend, base64('News of the week'), base64('The roses bloom.'));
  await untilInbox(node, 'The garden plan');
  await untilInbox(node, 'Invoice 2041');
  await untilInbox(node, 'Hello from far away');
  await untilInbox(node, 'News of the week');
  await node.send(chan, chan, 'Who is here?', 'I planted roses.');
  await untilInbox(node, 'Who is here?');
  const answer = await node.send(friend, address, 'Re: The garden plan', 'The south wall it is.');
  await untilStatus(node, answer, 'ackreceived');
  // Nobody has this address: its key never comes.
  const nobody = 'BM-2cTux3PGRqHTEH6wyUP2sWeT4LrsGgy63z';
  await node.send(nobody, address, 'Waiting for an answer', 'Are you there?');
  await node.send(friend, address, 'Delivered already', 'Thank you.');
  return { node, address, friend, chan, feed: friend };
}
