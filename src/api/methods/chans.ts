/** Chans: addresses that everybody who knows a name can read and write as. [api.py] */
import { checkAddress, keptForm, withPrefix } from '../address-check.js';
import { base64Argument } from '../arguments.js';
import type { CallContext, Command } from '../command.js';
import { API_ERROR, ApiError, TEXT } from '../errors.js';
import { encodeAddress } from '../../objects/address.js';
import { strictText, utf8 } from '../../util/bytes.js';
import { pythonBytesRepr } from '../python-text.js';
import type { ApiValue } from '../values.js';
import { VERSIONS } from './new-identity-arguments.js';

const CHAN_VERSION = 4;
const STREAM = 1;

export const chanCommands: Command[] = [
  {
    names: ['createChan'],
    parameters: ['passphrase'],
    help: 'Makes, or finds again, the chan with that name.',
    async run(context, [given]) {
      const name = chanName(context, given);
      const { identities } = context.node;
      checkAbsent(context, await identities.deriveDeterministic(name, CHAN_VERSION, STREAM));
      const address = await identities.createChan(name);
      await labelReadably(context, address, name);
      return address;
    },
  },
  {
    names: ['joinChan'],
    parameters: ['passphrase', 'address'],
    help: 'Joins a chan by its name and its address, which must belong together.',
    async run(context, [given, suppliedAddress]) {
      const name = chanName(context, given);
      const supplied = checkAddress(suppliedAddress);
      const { identities } = context.node;
      const { version, stream } = supplied;
      const derived = VERSIONS.includes(version)
        ? await identities.deriveDeterministic(name, version, stream)
        : undefined;
      if (derived !== encodeAddress(supplied)) {
        throw new ApiError(API_ERROR.chanNameMismatch, TEXT.chanNameMismatch);
      }
      checkAbsent(context, derived);
      await identities.joinChan(name, derived);
      await labelReadably(context, derived, name);
      return 'success';
    },
  },
  {
    names: ['leaveChan'],
    parameters: ['address'],
    help: 'Forgets a chan; its messages stay.',
    async run({ node }, [given]) {
      checkAddress(given);
      const address = keptForm(withPrefix(given));
      if (!node.identities.get(address)?.chan) {
        throw new ApiError(API_ERROR.notAChan, TEXT.notAChan);
      }
      await node.identities.leaveChan(address);
      return 'success';
    },
  },
];

function chanName(context: CallContext, given: ApiValue | undefined): Uint8Array {
  const name = base64Argument(context, given);
  if (name.length === 0) throw new ApiError(API_ERROR.blankPassphrase, TEXT.blankPassphrase);
  return name;
}

function checkAbsent(context: CallContext, address: string): void {
  if (context.node.identities.get(address)) {
    throw new ApiError(API_ERROR.chanPresent, TEXT.chanPresent);
  }
}

/** A name that is not UTF-8 is shown as Python would write it. */
async function labelReadably(
  context: CallContext,
  address: string,
  name: Uint8Array,
): Promise<void> {
  if (strictText(name) !== undefined) return;
  await context.node.identities.rename(address, utf8(`[chan] ${pythonBytesRepr(name)}`));
}
