/** What a user of the node can ask for wrongly. The API gives these its own numbers and texts. */

export type NodeErrorCode =
  /** Not the text of an address, or of a version that cannot be used. */
  | 'invalid-address'
  | 'unsupported-version'
  /** The sender is not one of our identities. */
  | 'unknown-identity'
  | 'identity-disabled'
  | 'identity-exists'
  | 'not-a-chan'
  | 'empty-passphrase'
  | 'chan-name-mismatch'
  | 'message-too-long'
  | 'invalid-encoding'
  | 'unknown-message'
  | 'wrong-state'
  | 'stopped';

export class NodeError extends Error {
  override readonly name = 'NodeError';
  readonly code: NodeErrorCode;

  constructor(code: NodeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
