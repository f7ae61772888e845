/** Test vectors: JSON files under test/vectors. */
import { readFileSync } from 'node:fs';

/** Root of the project (this file runs from dist/test/support). */
export const projectRoot = new URL('../../../', import.meta.url);

/** Parsed content of test/vectors/`name`; the caller asserts its shape with `as`. */
export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`test/vectors/${name}`, projectRoot), 'utf8'));
}

export interface Vector {
  readonly name: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The vectors of one type in test/vectors/vectors.json; throws when there is none. */
export function vectorsOfType(type: string): Vector[] {
  const file = readVectors('vectors.json') as { vectors: Vector[] };
  const found = file.vectors.filter((vector) => vector.type === type);
  if (found.length === 0) throw new Error(`no vector of type ${type}`);
  return found;
}
