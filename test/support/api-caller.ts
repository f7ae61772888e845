/** Calls commands of the API on a double of the node, without any wire form. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Dispatcher } from '../../src/api/dispatcher.js';
import { ApiError, TransportFault } from '../../src/api/errors.js';
import { allCommands } from '../../src/api/methods/all.js';
import type { ApiValue } from '../../src/api/values.js';
import type { ApiVariant } from '../../src/api/command.js';
import { nullLog } from '../../src/util/log.js';
import { createApiDouble, type ApiDouble } from './api-double.js';
import { FakeClock } from './fake-clock.js';

export function b64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export interface Api {
  readonly node: ApiDouble;
  /** The result, or `NN text` of the error. */
  readonly ask: (name: string, ...params: ApiValue[]) => Promise<ApiValue>;
}

export function api(
  variant: ApiVariant = 'json',
  testMode = false,
  overrides: [string, string][] = [],
): Api {
  const node = createApiDouble(overrides);
  const dispatcher = new Dispatcher(
    allCommands(() => undefined),
    { variant, testMode },
    { node, log: nullLog, clock: new FakeClock() },
  );
  const ask = async (name: string, ...params: ApiValue[]): Promise<ApiValue> => {
    try {
      return await dispatcher.call({ name, params, afterReply: () => undefined });
    } catch (error) {
      if (error instanceof ApiError) return `${error.code} ${error.message}`;
      assert.ok(error instanceof TransportFault, String(error));
      return `${error.exception} ${error.message}`;
    }
  };
  return { node, ask };
}

/** Each entry: command and arguments, then the wanted result or the beginning of the error. */
export async function expectAll(
  { ask }: Api,
  cases: readonly (readonly [[string, ...ApiValue[]], ApiValue | RegExp])[],
): Promise<void> {
  for (const [[name, ...params], wanted] of cases) {
    const result = await ask(name, ...params);
    const message = inspect([name, ...params]);
    if (wanted instanceof RegExp) assert.match(result as string, wanted, message);
    else assert.deepEqual(result, wanted, message);
  }
}
