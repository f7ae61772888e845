/** Somebody's public key. [objectProcessor.py:processpubkey; objects.md §6.5] */
import { tagOf } from '../../objects/object.js';
import { decodePubkey, openPubkeyV4 } from '../../objects/pubkey.js';
import type { Pubkeys } from '../pubkeys.js';
import type { ReceivedObject } from './effect.js';

/**
 * Versions 2 and 3 are kept for everybody, for 28 days unless we write to them; a version-4 key can
 * only be read, and is only wanted, by who waits for it.
 */
export async function receivePubkey(
  { object, header }: ReceivedObject,
  pubkeys: Pubkeys,
): Promise<undefined> {
  if (header.version !== 4) {
    const opened = decodePubkey(object);
    if (opened) await pubkeys.learn(opened.address, opened.keyBlock, false);
    return undefined;
  }
  const wait = pubkeys.waits.byTag(tagOf(header, object));
  const opened = wait && openPubkeyV4(object, wait.address);
  if (opened) await pubkeys.learn(opened.address, opened.keyBlock, true);
  return undefined;
}
