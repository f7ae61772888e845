/** Somebody asks for a public key. [objectProcessor.py:processgetpubkey; objects.md §5] */
import { decodeGetpubkey } from '../../objects/getpubkey.js';
import type { IdentityRecord } from '../../store/repositories.js';
import type { Identities } from '../identities.js';
import type { KeyAnswers } from '../key-answers.js';
import type { Effect, ReceivedObject } from './effect.js';

export function receiveGetpubkey(
  { object }: ReceivedObject,
  identities: Identities,
  answers: KeyAnswers,
): Effect | undefined {
  const request = decodeGetpubkey(object);
  if (!request) return undefined;
  const { header, ripe, tag } = request;
  const candidates = tag ? [identities.findByTag(tag)] : identities.findByRipe(ripe);
  const isMeant = (identity: IdentityRecord | undefined): identity is IdentityRecord => {
    const address = identity && identities.addressOf(identity.address);
    return address?.version === header.version && address.stream === header.stream;
  };
  const identity = candidates.find(isMeant);
  if (!identity || !answers.shouldAnswer(identity)) return undefined;
  const { address } = identity;
  const changes = { lastPubkeySendS: 0 };
  return {
    changes: { identity: { address, changes } },
    after: () => {
      identities.mirror(address, changes);
      answers.answer(address);
    },
  };
}
