/** Own addresses and chans. */
import { utf8 } from '../../../util/bytes.js';
import type { IdentityRecord } from '../../../store/repositories.js';
import { canonicalOf } from '../addresses.js';
import type { Handlers, NativeContext } from '../context.js';
import { pageOf } from '../cursors.js';
import { NativeError } from '../native-error.js';
import type { peopleMethods } from '../schema/people.js';
import { shownIdentity } from '../shown.js';
import { isMatch } from './filter.js';

type IdentityMethod = Extract<
  keyof typeof peopleMethods,
  `identities.${string}` | `chans.${string}`
>;

/** Zero bytes that make an address a character or two shorter. */
const SHORTER_ZERO_BYTES = 2;

export const identityHandlers: Handlers<IdentityMethod> = {
  'identities.list': ({ node }, { kind, filter, limit, cursor }) => {
    const matching = node.identities
      .list()
      .filter(({ chan }) => kind === 'all' || chan === (kind === 'chans'))
      .filter((record) => isMatch(record, filter));
    const { page, next } = pageOf(matching, { limit, cursor });
    return { identities: page.map(shownIdentity), total: matching.length, ...next };
  },
  'identities.get': (context, { address }) => shownIdentity(identityOf(context, address)),
  'identities.createRandom': async (context, { label, shorter }) => {
    const address = await context.node.identities.createRandom({
      label: utf8(label),
      ...(shorter && { leadingZeroBytes: SHORTER_ZERO_BYTES }),
    });
    return shownIdentity(identityOf(context, address));
  },
  'identities.createFromPassphrase': async (context, params) => {
    const { passphrase, count, version, stream, label, shorter } = params;
    const added = await context.node.identities.createDeterministic({
      passphrase: utf8(passphrase),
      count,
      version,
      stream,
      label: utf8(label),
      ...(shorter && { leadingZeroBytes: SHORTER_ZERO_BYTES }),
    });
    return { identities: added.map((address) => shownIdentity(identityOf(context, address))) };
  },
  'identities.update': async (context, { address, label, enabled }) => {
    const record = identityOf(context, address);
    await context.node.identities.update(record.address, {
      ...(label !== undefined && { label: utf8(label) }),
      ...(enabled !== undefined && { enabled }),
    });
    return shownIdentity(identityOf(context, address));
  },
  'identities.delete': async (context, { address }) => {
    const record = identityOf(context, address);
    if (record.chan) throw new NativeError('is-a-chan', 'a chan is left, not deleted');
    await context.node.identities.remove(record.address);
    return {};
  },
  'identities.exportKeys': (context, { address, password }) => {
    if (!context.keyTexts) throw new NativeError('not-available', 'keys are not given out here');
    if (!context.isPassword(password)) {
      throw new NativeError('wrong-password', 'the password is wrong', { field: 'password' });
    }
    const texts = context.keyTexts(identityOf(context, address));
    return {
      keysDat: texts.keysDat.reveal(),
      signingKeyWif: texts.signingKeyWif.reveal(),
      encryptionKeyWif: texts.encryptionKeyWif.reveal(),
    };
  },
  'chans.create': async (context, { name }) => {
    const address = await context.node.identities.createChan(utf8(name));
    return shownIdentity(identityOf(context, address));
  },
  'chans.join': async (context, { name, address }) => {
    const canonical = canonicalOf(address);
    await context.node.identities.joinChan(utf8(name), canonical);
    return shownIdentity(identityOf(context, canonical));
  },
  'chans.leave': async (context, { address }) => {
    await context.node.identities.leaveChan(identityOf(context, address).address);
    return {};
  },
};

/** @throws NativeError `unknown-identity` */
function identityOf({ node }: NativeContext, given: string): IdentityRecord {
  const record = node.identities.get(given) ?? node.identities.get(`BM-${given}`);
  if (!record) throw new NativeError('unknown-identity', 'not one of the own addresses');
  return record;
}
