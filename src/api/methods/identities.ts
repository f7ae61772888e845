/** Own addresses. [api.py] */
import { checkAddress, keptForm, withPrefix } from '../address-check.js';
import { base64Argument, numberArgument, numberOf } from '../arguments.js';
import type { CallContext, Command } from '../command.js';
import { API_ERROR, ApiError, TEXT, unexpected } from '../errors.js';
import { displayText, strictText, utf8 } from '../../util/bytes.js';
import { parseBoolean } from '../../node/settings/option-spec.js';
import { pythonStr } from '../python-text.js';
import { base64 } from '../text-fields.js';
import type { ApiValue } from '../values.js';
import {
  addressCount,
  checkNotBlank,
  demanded,
  STREAM,
  streamToCreate,
  VERSIONS,
  versionToCreate,
  zeroBytes,
} from './new-identity-arguments.js';

const DETERMINISTIC_LABEL = utf8('unused API address');

export const identityCommands: Command[] = [
  {
    names: ['decodeAddress'],
    early: true,
    parameters: ['address'],
    help: 'Version, stream and ripe of an address.',
    run(_context, [given]) {
      const { version, stream, ripe } = checkAddress(given);
      return {
        status: 'success',
        addressVersion: version,
        streamNumber: stream,
        ripe: base64(ripe),
      };
    },
  },
  {
    names: ['listAddresses'],
    parameters: [],
    help: 'Own addresses, labels as text.',
    run: (context) => listIdentities(context, displayText),
  },
  {
    names: ['listAddresses2'],
    parameters: [],
    help: 'Own addresses, labels in base64.',
    run: (context) => listIdentities(context, base64),
  },
  {
    names: ['createRandomAddress'],
    parameters: ['label', 'eighteenByteRipe', 'totalDifficulty', 'smallMessageDifficulty'],
    optional: 3,
    help: 'Makes an address and publishes its key.',
    run(context, [givenLabel, eighteenByteRipe, totalDifficulty, smallMessageDifficulty]) {
      const difficulty = demanded(context, totalDifficulty, smallMessageDifficulty);
      const leadingZeroBytes = zeroBytes(context, eighteenByteRipe);
      const label = base64Argument(context, givenLabel);
      if (strictText(label) === undefined) {
        throw new ApiError(API_ERROR.labelNotUtf8, TEXT.labelNotUtf8);
      }
      return context.node.identities.createRandom({ label, leadingZeroBytes, difficulty });
    },
  },
  {
    names: ['createDeterministicAddresses'],
    parameters: [
      'passphrase',
      'numberOfAddresses',
      'addressVersionNumber',
      'streamNumber',
      'eighteenByteRipe',
      'totalDifficulty',
      'smallMessageDifficulty',
    ],
    optional: 6,
    help: 'Makes the addresses of a passphrase; those that exist are left out of the answer.',
    async run(context, [given, count = 1, version = 0, stream = 0, ...rest]) {
      const [eighteenByteRipe, total, small] = rest;
      const difficulty = demanded(context, total, small);
      checkNotBlank(given);
      const leadingZeroBytes = zeroBytes(context, eighteenByteRipe);
      const passphrase = base64Argument(context, given);
      const options = {
        passphrase,
        version: versionToCreate(context, version),
        stream: streamToCreate(stream),
        count: addressCount(context, count),
        label: DETERMINISTIC_LABEL,
        leadingZeroBytes,
        difficulty,
      };
      if (options.count < 0) return { addresses: [] };
      return { addresses: await context.node.identities.createDeterministic(options) };
    },
  },
  {
    names: ['getDeterministicAddress'],
    parameters: ['passphrase', 'addressVersionNumber', 'streamNumber'],
    help: 'The first address of a passphrase, without keeping it.',
    run(context, [given, givenVersion, givenStream]) {
      checkNotBlank(given);
      const passphrase = base64Argument(context, given);
      const version = numberArgument(context, givenVersion, false);
      if (!VERSIONS.includes(version)) {
        const text = `The address version number currently must be 3 or 4. ${Math.trunc(version)} isn't supported.`;
        throw new ApiError(API_ERROR.addressVersion, text);
      }
      if (numberOf(givenStream) !== STREAM) {
        throw new ApiError(API_ERROR.streamNumber, TEXT.streamToDerive);
      }
      return context.node.identities.deriveDeterministic(passphrase, version, STREAM);
    },
  },
  {
    names: ['deleteAddress'],
    parameters: ['address'],
    help: 'Deletes an own address or leaves a chan; messages stay.',
    async run({ node }, [given]) {
      checkAddress(given);
      await node.identities.remove(keptForm(withPrefix(given)));
      return 'success';
    },
  },
  {
    names: ['enableAddress'],
    parameters: ['address', 'enable'],
    optional: 1,
    help: 'Switches an own address on or off.',
    async run(context, [given, enable = true]) {
      checkAddress(given);
      const address = keptForm(withPrefix(given));
      if (!context.node.identities.get(address)) throw unexpected(`No section: '${address}'`);
      await context.node.identities.setEnabled(address, enabledValue(enable));
      return 'success';
    },
  },
];

function listIdentities({ node }: CallContext, label: (bytes: Uint8Array) => string): ApiValue {
  const addresses = node.identities.list().map((identity) => ({
    label: label(identity.label),
    address: identity.address,
    stream: STREAM,
    enabled: identity.enabled,
    chan: identity.chan,
  }));
  return { addresses };
}

/** Words that ConfigParser takes for a boolean; others would break PyBitmessage's next start. */
function enabledValue(given: ApiValue): boolean {
  const text = pythonStr(given);
  const value = parseBoolean(text);
  if (value === undefined) throw unexpected(`Not a boolean: ${text}`);
  return value;
}
