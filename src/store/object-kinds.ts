/** Objects by type, as far as we tell them apart: what is counted has a closed list. */
import { OBJECT_TYPE } from '../objects/types.js';

/** Everything that is only passed on is `other`. The position in this list is one byte in memory. */
export const OBJECT_KINDS = [
  'getpubkey',
  'pubkey',
  'msg',
  'broadcast',
  'onionpeer',
  'other',
] as const;

export type ObjectKind = (typeof OBJECT_KINDS)[number];

const OTHER = OBJECT_KINDS.indexOf('other');
const POSITIONS: ReadonlyMap<number, number> = new Map(
  OBJECT_KINDS.filter((kind) => kind !== 'other').map((kind) => [
    OBJECT_TYPE[kind],
    OBJECT_KINDS.indexOf(kind),
  ]),
);

/** Position in {@link OBJECT_KINDS} of an object type. */
export function kindOfType(type: number): number {
  return POSITIONS.get(type) ?? OTHER;
}
