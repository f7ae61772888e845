/** What the API's error numbers mean; `X` and the like stand for what was given. */
import { TEXT, type ApiErrorCode } from '../errors.js';

export const ERROR_DOCS: Readonly<Record<ApiErrorCode, readonly string[]>> = {
  0: [
    'Command NAME takes at least N parameters (M given)',
    'Command NAME takes at most N parameters (M given)',
    'Unexpected API Failure - HandleNAME() takes exactly N arguments (M given)',
  ],
  1: [TEXT.blankPassphrase],
  2: [
    "The address version number currently must be 3, 4, or 0 (which means auto-select). X isn't supported.",
    "The address version number currently must be 3 or 4. X isn't supported.",
  ],
  3: [TEXT.streamToCreate, TEXT.streamToDerive],
  4: [TEXT.zeroAddresses],
  5: [TEXT.tooManyAddresses],
  6: [TEXT.encodingType],
  7: ['Could not decode address: X : REASON'],
  8: ['Checksum failed for address: X'],
  9: ['Invalid characters in address: X'],
  10: ['Address version number too high (or zero) in address: X'],
  11: [TEXT.addressVersionUnsupported],
  12: [TEXT.addressStreamUnsupported],
  13: [TEXT.unknownSender],
  14: [TEXT.disabledSender],
  15: [TEXT.ackDataSize],
  16: [TEXT.alreadySubscribed, TEXT.alreadyContact],
  17: [TEXT.labelNotUtf8],
  18: [TEXT.chanNameMismatch],
  19: [TEXT.hashLength],
  20: ['Invalid method: NAME'],
  21: ['Unexpected API Failure - REASON'],
  22: ['Decode error - REASON. Had trouble while decoding string: X'],
  23: [
    "Bool expected in eighteenByteRipe, saw <type 'TYPE'> instead",
    "Bool expected in readStatus, saw <type 'TYPE'> instead.",
  ],
  24: [TEXT.chanPresent],
  25: [TEXT.notAChan],
  26: ['Malformed varint in address: X', 'Data contains a malformed varint. Some details: REASON'],
  27: [TEXT.messageTooLong],
};
