/** Every method of the native API, and its types. */
import type { z } from 'zod';
import { logMethods } from './log.js';
import type { MethodSpec } from './method.js';
import { messageMethods } from './messages.js';
import { nodeMethods } from './node.js';
import { outgoingMethods } from './outgoing.js';
import { peopleMethods } from './people.js';

export const NATIVE_METHODS = {
  ...messageMethods,
  ...outgoingMethods,
  ...peopleMethods,
  ...nodeMethods,
  ...logMethods,
} as const satisfies Record<string, MethodSpec>;

export type NativeMethods = typeof NATIVE_METHODS;
export type MethodName = keyof NativeMethods;

/** As a caller gives them: what has a default may be left out. */
export type ParamsOf<Name extends MethodName> = z.input<NativeMethods[Name]['params']>;
/** As the method sees them. */
export type CheckedParamsOf<Name extends MethodName> = z.output<NativeMethods[Name]['params']>;
export type ResultOf<Name extends MethodName> = z.output<NativeMethods[Name]['result']>;
