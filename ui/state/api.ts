/** The node that served this page. */
import { ConnectionError, RpcError } from '../../src/client/errors.js';
import type { MethodName, ParamsOf, ResultOf } from '../../src/api/native/schema/all.js';
import { client } from './client.js';
import { session } from './session.svelte.js';

/**
 * One call; a session that has ended shows the log-in.
 * @throws RpcError, ConnectionError
 */
export async function call<Name extends MethodName>(
  method: Name,
  params: ParamsOf<Name>,
  signal?: AbortSignal,
): Promise<ResultOf<Name>> {
  const send = client.call.bind(client) as (
    name: MethodName,
    values: unknown,
    signal?: AbortSignal,
  ) => Promise<ResultOf<Name>>;
  try {
    return await send(method, params, signal);
  } catch (error) {
    if (error instanceof ConnectionError && error.failure === 'not-logged-in') session.ended();
    throw error;
  }
}

/** What went wrong, in a word: of the API, `offline`, or ''. */
export function errorCodeOf(error: unknown): string {
  if (error instanceof RpcError) return error.code;
  if (error instanceof ConnectionError) {
    return error.failure === 'unreachable' ? 'offline' : error.failure;
  }
  return '';
}
