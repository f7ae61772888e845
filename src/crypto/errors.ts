/** What can be wrong with keys that come from a file, a person or the network. */

export type CryptoErrorCode =
  /** Base58 or checksum of a WIF is wrong. */
  | 'wif-checksum'
  /** The first byte of a WIF is not 0x80. */
  | 'wif-prefix'
  /** A WIF holds no key of 1 to 32 bytes (compressed-key WIFs of Bitcoin hold 33). */
  | 'wif-length'
  /** Not 32 bytes with a value in 1..n-1. */
  | 'private-key'
  /** Not 65 bytes `04 ‖ X ‖ Y` of a point on the curve. */
  | 'public-key';

export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
