/** What a method of the native API is, told once: validation, types, documents and client follow from it. */
import type { z } from 'zod';
import type { NativeErrorCode } from './errors.js';

export interface MethodSpec<
  Params extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  /** One line for people. */
  readonly summary: string;
  /** Named parameters; an object. */
  readonly params: Params;
  readonly result: Result;
  /** What it can fail with besides what every method can. */
  readonly errors: readonly NativeErrorCode[];
}

/** An entry of a family's table. */
export function method<Params extends z.ZodType, Result extends z.ZodType>(
  summary: string,
  params: Params,
  result: Result,
  errors: readonly NativeErrorCode[] = [],
): MethodSpec<Params, Result> {
  return { summary, params, result, errors };
}
