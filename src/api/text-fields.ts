/** Labels, subjects and bodies on their way out. */
import { isUtf8 } from 'node:buffer';
import { pythonBytesRepr } from './python-text.js';

/** Before the bytes of a text that is not UTF-8 [shared.py:fixPotentiallyInvalidUTF8Data]. */
const CORRUPT =
  'Part of the message is corrupt. The message cannot be displayed the normal way.\n\n';

/** base64 of the text, or of a notice with the bytes when it is not UTF-8; one line. */
export function base64Text(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return base64(bytes);
  return Buffer.from(CORRUPT + pythonBytesRepr(bytes), 'utf8').toString('base64');
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
