/** Typed access to the fields of a test vector. */
import { fromHex } from '../../src/util/bytes.js';
import type { Vector } from './vectors.js';

/** A text field; throws when it is missing. */
export function textOf(vector: Vector, field: string): string {
  const value = vector[field];
  if (typeof value !== 'string') throw new Error(`${vector.name} has no text ${field}`);
  return value;
}

/** A hex field as bytes; throws when it is missing. */
export function bytesOf(vector: Vector, field: string): Uint8Array {
  return fromHex(textOf(vector, field));
}

/** A number field; throws when it is missing and there is no default. */
export function numberOf(vector: Vector, field: string, missing?: number): number {
  const value = vector[field] ?? missing;
  if (typeof value !== 'number') throw new Error(`${vector.name} has no number ${field}`);
  return value;
}
