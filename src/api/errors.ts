/**
 * Errors of the remote API: numbers and texts as clients match on them [api.py:ErrorCodes and where
 * each is raised].
 */

/** Closed list of the API's error numbers. */
export const API_ERROR = {
  wrongArgumentCount: 0,
  blankPassphrase: 1,
  addressVersion: 2,
  streamNumber: 3,
  zeroAddresses: 4,
  tooManyAddresses: 5,
  encodingType: 6,
  undecodableAddress: 7,
  addressChecksum: 8,
  addressCharacters: 9,
  addressVersionTooHigh: 10,
  addressVersionUnsupported: 11,
  addressStreamUnsupported: 12,
  unknownIdentity: 13,
  disabledIdentity: 14,
  ackDataSize: 15,
  alreadyThere: 16,
  labelNotUtf8: 17,
  chanNameMismatch: 18,
  hashLength: 19,
  invalidMethod: 20,
  unexpected: 21,
  undecodableArgument: 22,
  boolExpected: 23,
  chanPresent: 24,
  notAChan: 25,
  malformedVarint: 26,
  messageTooLong: 27,
} as const;

export type ApiErrorCode = (typeof API_ERROR)[keyof typeof API_ERROR];

/** A command failed in a way that the client is told. `message` is the text without the number. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** `API Error 0020: Invalid method: nope`, four digits. */
  get fullText(): string {
    return `API Error ${String(this.code).padStart(4, '0')}: ${this.message}`;
  }
}

/** A failure below the API's own errors: a fault with number 1 in XML-RPC. */
export class TransportFault extends Error {
  override readonly name = 'TransportFault';
  /** Name of the Python exception that the reference would have shown. */
  readonly exception: string;

  constructor(exception: string, message: string) {
    super(message);
    this.exception = exception;
  }
}

/** Error texts that need no value. */
export const TEXT = {
  blankPassphrase: 'The specified passphrase is blank.',
  streamToCreate:
    "The stream number must be 1 (or 0 which means auto-select). Others aren't supported.",
  /** Begins with a blank in the reference. */
  streamToDerive: " The stream number must be 1. Others aren't supported.",
  zeroAddresses: 'Why would you ask me to generate 0 addresses for you?',
  tooManyAddresses:
    'You have (accidentally?) specified too many addresses to make. Maximum 999. This check only ' +
    'exists to prevent mischief; if you really want to create more addresses than this, contact ' +
    'the Bitmessage developers and we can modify the check or you can do it yourself by ' +
    'searching the source code for this message.',
  encodingType: 'The encoding type must be 2 or 3.',
  addressVersionUnsupported:
    "The address version number currently must be 2, 3 or 4. Others aren't supported. Check the address.",
  addressStreamUnsupported:
    "The stream number must be 1. Others aren't supported. Check the address.",
  unknownSender: 'Could not find your fromAddress in the keys.dat file.',
  disabledSender: 'Your fromAddress is disabled. Cannot send.',
  ackDataSize: 'Invalid ackData object size.',
  alreadySubscribed: 'You are already subscribed to that address.',
  alreadyContact: 'You already have this address in your address book.',
  labelNotUtf8: 'Label is not valid UTF-8 data.',
  chanNameMismatch: 'Chan name does not match address.',
  hashLength: 'The length of hash should be 32 bytes (encoded in hex thus 64 characters).',
  chanPresent: 'Chan address is already present.',
  notAChan: 'Specified address is not a chan address. Use deleteAddress API call instead.',
  messageTooLong: 'Message is too long.',
} as const;

/** 21: everything that has no number of its own. */
export function unexpected(text: string, cause?: unknown): ApiError {
  return new ApiError(API_ERROR.unexpected, `Unexpected API Failure - ${text}`, { cause });
}
