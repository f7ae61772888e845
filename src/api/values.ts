/**
 * Values that the remote API takes and gives. Whole numbers and numbers with a fraction are told
 * apart, because every wire form and several commands do so.
 */

/** A number written with a fraction or an exponent, also when its value is whole (`2.0`). */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** What `<base64>` of XML-RPC holds: Python's wrapper object, never a plain string. */
export class Binary {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** A `number` is a safe whole number, a `bigint` one beyond; fractions are {@link Float}. */
export type ApiValue =
  null | boolean | number | bigint | Float | Binary | string | readonly ApiValue[] | ApiStruct;

export interface ApiStruct {
  readonly [name: string]: ApiValue;
}

export function isList(value: ApiValue): value is readonly ApiValue[] {
  return Array.isArray(value);
}

export function isStruct(value: ApiValue): value is ApiStruct {
  if (typeof value !== 'object' || value === null || isList(value)) return false;
  return !(value instanceof Float || value instanceof Binary);
}

/** A `number` where that is exact, else the bigint itself. */
export function integerValue(value: bigint): number | bigint {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}
