/** JSON-RPC 2.0: from the body of a request to the body of its answer. */
import type { z } from 'zod';
import { errorText } from '../../util/errors.js';
import type { Caller, Handler, NativeContext } from './context.js';
import { NATIVE_HANDLERS } from './handlers/all.js';
import { asNativeError, NativeError } from './native-error.js';
import { NATIVE_METHODS, type MethodName } from './schema/all.js';
import { NATIVE_ERRORS, type NativeErrorBody } from './schema/errors.js';

/** Calls in one request. */
const MAX_BATCH = 100;

type Id = string | number | null;

interface Answer {
  readonly jsonrpc: '2.0';
  readonly id: Id;
  readonly result?: unknown;
  readonly error?: NativeErrorBody;
}

/** The answer as text; undefined when there is none to give (notifications). */
export async function answerRpc(
  body: string,
  context: NativeContext,
  caller: Caller,
): Promise<string | undefined> {
  const request = parse(body);
  if (request instanceof NativeError) return JSON.stringify(failure(null, request));
  if (!Array.isArray(request)) {
    const answer = await answerOne(request, context, caller);
    return answer && JSON.stringify(answer);
  }
  if (request.length === 0 || request.length > MAX_BATCH) {
    const error = new NativeError('invalid-request', `a batch has 1 to ${MAX_BATCH} calls`);
    return JSON.stringify(failure(null, error));
  }
  const answers: Answer[] = [];
  // One after the other: a later call may rely on an earlier one.
  for (const one of request as unknown[]) {
    const answer = await answerOne(one, context, caller);
    if (answer) answers.push(answer);
  }
  return answers.length === 0 ? undefined : JSON.stringify(answers);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    return new NativeError('parse-error', errorText(error));
  }
}

async function answerOne(
  request: unknown,
  context: NativeContext,
  caller: Caller,
): Promise<Answer | undefined> {
  const call = isObject(request) ? request : {};
  const { jsonrpc, method, params = {}, id } = call;
  const isIdFine = id === undefined || id === null || ['string', 'number'].includes(typeof id);
  const answerId = isIdFine && id !== undefined ? (id as Id) : null;
  if (jsonrpc !== '2.0' || typeof method !== 'string' || !isIdFine) {
    const text = 'a call has jsonrpc "2.0", a method and an id';
    return failure(answerId, new NativeError('invalid-request', text));
  }
  try {
    const result = await timed(method, context, () => run(method, params, context, caller));
    return id === undefined ? undefined : { jsonrpc: '2.0', id: answerId, result };
  } catch (error) {
    const refusal = asNativeError(error) ?? internal(error, method, context);
    return id === undefined ? undefined : failure(answerId, refusal);
  }
}

function timed(
  method: string,
  { calls, clock }: NativeContext,
  work: () => Promise<unknown>,
): Promise<unknown> {
  if (!calls) return work();
  const known = isMethod(method) ? method : undefined;
  return calls.timed('native', known, () => clock.monotonicMs(), work);
}

/** What needs no identity is answered while they are still being loaded, everything else then. */
const EARLY = /^(?:(?:log|network|pow|rpc|session|settings)\.|node\.conditions$)/;

async function run(
  method: string,
  params: unknown,
  context: NativeContext,
  caller: Caller,
): Promise<unknown> {
  if (!isMethod(method)) throw new NativeError('unknown-method', `there is no method ${method}`);
  const checked = NATIVE_METHODS[method].params.safeParse(params);
  if (!checked.success) throw invalidParams(checked.error);
  // The table pairs each name with its own parameters; the compiler does not follow that.
  const handler = NATIVE_HANDLERS[method] as unknown as Handler<'rpc.discover'>;
  const { loading } = context.node.mail;
  if (loading && !EARLY.test(method)) await loading;
  return handler(context, checked.data as Record<string, never>, caller);
}

function isMethod(name: string): name is MethodName {
  return Object.hasOwn(NATIVE_METHODS, name);
}

function invalidParams({ issues: [issue] }: z.ZodError): NativeError {
  const field = (issue?.path ?? []).map(String).join('.');
  const place = field === '' ? '' : `${field}: `;
  return new NativeError('invalid-params', place + (issue?.message ?? 'wrong'), { field });
}

/** What went wrong is in the log only: its text may hold anything. */
function internal(error: unknown, method: string, { log }: NativeContext): NativeError {
  log.error({ err: error, method }, 'a call of the native API failed');
  return new NativeError('internal', 'the node failed; its log says why');
}

function failure(id: Id, { code, message, field, reason }: NativeError): Answer {
  const data = {
    code,
    ...(field !== undefined && field !== '' && { field }),
    ...(reason !== undefined && { reason }),
  };
  return { jsonrpc: '2.0', id, error: { code: NATIVE_ERRORS[code].number, message, data } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
