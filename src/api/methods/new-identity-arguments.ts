/** Arguments of the commands that make addresses. [api.py] */
import type { DemandedDifficulty } from '../api-node.js';
import {
  eighteenByteRipeArgument,
  integerArgument,
  isFalsy,
  numberArgument,
  numberOf,
} from '../arguments.js';
import type { CallContext } from '../command.js';
import { API_ERROR, ApiError, TEXT } from '../errors.js';
import { isList, isStruct, type ApiValue } from '../values.js';

const NEWEST_VERSION = 4;
export const STREAM = 1;
/** Versions of addresses that are made. */
export const VERSIONS: readonly number[] = [3, 4];
const MAX_ADDRESSES = 999;
/** Difficulties are given as multiples of the network's minimum, which counts as this much. */
const DIFFICULTY_UNIT = 1000;

type Given = ApiValue | undefined;

/** @throws ApiError 1: the argument itself, before decoding, is nothing. */
export function checkNotBlank(given: Given): void {
  if (isFalsy(given)) throw new ApiError(API_ERROR.blankPassphrase, TEXT.blankPassphrase);
}

/** The setting counts more than the argument, when somebody has set it. */
export function zeroBytes(context: CallContext, given: Given): number {
  const wanted = eighteenByteRipeArgument(context, given) ? 2 : 1;
  const { settings } = context.node;
  const name = 'bitmessagesettings.numberofnullbytesonaddress';
  return settings.origin(name) === 'default' ? wanted : settings.integer(name);
}

/**
 * What senders have to do: 0 or nothing means the setting; the node raises it to the network's
 * minimum.
 */
export function demanded(context: CallContext, total: Given, small: Given): DemandedDifficulty {
  const { settings } = context.node;
  const one = (given: Given, standard: number): number => {
    if (isFalsy(given)) return standard;
    const factor = numberArgument(context, given);
    return factor === 0 ? standard : Math.trunc(factor * DIFFICULTY_UNIT);
  };
  return {
    nonceTrialsPerByte: one(
      total,
      settings.integer('bitmessagesettings.defaultnoncetrialsperbyte'),
    ),
    payloadLengthExtraBytes: one(
      small,
      settings.integer('bitmessagesettings.defaultpayloadlengthextrabytes'),
    ),
  };
}

/** 0 chooses the newest. @throws ApiError 2, 21 */
export function versionToCreate(context: CallContext, given: ApiValue): number {
  const version = numberArgument(context, given, false);
  if (version === 0) return NEWEST_VERSION;
  if (VERSIONS.includes(version)) return version;
  const text =
    'The address version number currently must be 3, 4, or 0 (which means auto-select). ' +
    `${Math.trunc(version)} isn't supported.`;
  throw new ApiError(API_ERROR.addressVersion, text);
}

/** 0 chooses the only one. @throws ApiError 3 */
export function streamToCreate(given: ApiValue): number {
  const stream = numberOf(given);
  if (stream === 0 || stream === STREAM) return STREAM;
  throw new ApiError(API_ERROR.streamNumber, TEXT.streamToCreate);
}

/** Texts, lists and structs count as more than any number, as in Python 2. */
export function addressCount(context: CallContext, given: ApiValue): number {
  const count = numberOf(given);
  if (count === 0) throw new ApiError(API_ERROR.zeroAddresses, TEXT.zeroAddresses);
  const isAboveNumbers = typeof given === 'string' || isList(given) || isStruct(given);
  if (isAboveNumbers || (count !== undefined && count > MAX_ADDRESSES)) {
    throw new ApiError(API_ERROR.tooManyAddresses, TEXT.tooManyAddresses);
  }
  return integerArgument(context, given);
}
