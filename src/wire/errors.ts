/**
 * What a peer can do wrong on the wire. The first three are the outcomes of reading a payload, the
 * others those of cutting a byte stream into packets.
 *
 * - `protocol`: a value that has no meaning (a varint that is cut or not minimal, ...): close.
 * - `insufficient-data`: the payload ends before what it announces: drop it, count a fault.
 * - `excessive-data`: a count or length above its limit: drop it, count a fault.
 * - `bad-magic`, `too-long`, `bad-checksum`: the stream cannot be followed any more: close.
 */
export type WireErrorCode =
  'protocol' | 'insufficient-data' | 'excessive-data' | 'bad-magic' | 'too-long' | 'bad-checksum';

/** A peer broke the protocol. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
