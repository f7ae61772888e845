/** Where an object's encrypted part is, for trial decryption. Protocol: msg, broadcast, pubkey */
import { TAG_BYTES, type ObjectHeader } from './object.js';
import { OBJECT_TYPE } from './types.js';

/**
 * Offset of the ECIES container in `object`, undefined for objects that have none (other types, and
 * versions that Petrel does not know). A tag is in front of it in pubkey v4 and broadcast v5. Shorter
 * objects have an offset beyond their end.
 */
export function encryptedPartOffset(header: ObjectHeader): number | undefined {
  const { type, version, headerLength } = header;
  if (type === OBJECT_TYPE.msg && version === 1) return headerLength;
  if (type === OBJECT_TYPE.broadcast && version === 4) return headerLength;
  if (type === OBJECT_TYPE.broadcast && version === 5) return headerLength + TAG_BYTES;
  if (type === OBJECT_TYPE.pubkey && version === 4) return headerLength + TAG_BYTES;
  return undefined;
}
