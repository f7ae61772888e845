/**
 * A wire form of the API (json; later xml and legacy) turns the text of a request into calls and
 * their results into the text of an answer. It knows nothing of HTTP, and commands know nothing of it.
 */
import type { ApiStruct, ApiValue } from './values.js';

/** Runs a command. @throws ApiError, TransportFault; nothing else */
export type Caller = (name: string, params: readonly ApiValue[] | ApiStruct) => Promise<ApiValue>;
