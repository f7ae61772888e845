/** A whole node in this process with its API on loopback, and a client that checks every result. */
import type { TestContext } from 'node:test';

import { CallTimes } from '../../src/api/health/call-times.js';
import { HealthApi } from '../../src/api/health/health-api.js';
import { NativeApi } from '../../src/api/native/native-api.js';
import {
  NATIVE_METHODS,
  type MethodName,
  type ParamsOf,
  type ResultOf,
} from '../../src/api/native/schema/all.js';
import { ApiServer, type ApiServerOptions } from '../../src/api/server.js';
import { keyTexts, liveTakeover } from '../../src/cli/live-takeover.js';
import { PetrelClient } from '../../src/client/client.js';
import { RpcError } from '../../src/client/errors.js';
import { PetrelNode } from '../../src/node/node.js';
import { Settings } from '../../src/node/settings/settings.js';
import { systemClock } from '../../src/util/clock.js';
import { nullLog, type Log } from '../../src/util/log.js';
import { Secret } from '../../src/util/secret.js';
import { tempDir } from './temp-store.js';

export const CREDENTIALS = { username: 'user', password: 'a password: ü' };

export interface NativeNodeTest {
  readonly node: PetrelNode;
  readonly server: ApiServer;
  readonly url: string;
  readonly client: PetrelClient;
  /** Fails the test when the result is not what the schema says, to the last field. */
  readonly call: <Name extends MethodName>(
    method: Name,
    params: ParamsOf<Name>,
  ) => Promise<ResultOf<Name>>;
  /** The word of the error that a call ends with; undefined when it does not. */
  readonly failure: <Name extends MethodName>(
    method: Name,
    params: ParamsOf<Name>,
  ) => Promise<string | undefined>;
}

export interface NativeNodeOptions {
  readonly dataDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly log?: Log;
  /** What the server is given besides. */
  readonly server?: Partial<ApiServerOptions>;
  /** Default: true. */
  readonly offersMetrics?: boolean;
}

export async function startNativeNode(
  t: TestContext,
  options: NativeNodeOptions = {},
): Promise<NativeNodeTest> {
  const settings = Settings.open({
    dataDir: options.dataDir ?? tempDir(t),
    overrides: [
      ['bitmessagesettings.extralowdifficulty', 'true'],
      ['bitmessagesettings.port', '0'],
      ['network.offline', 'true'],
      ['network.bind', '127.0.0.1'],
    ],
  });
  const log = options.log ?? nullLog;
  const clock = systemClock;
  const node = new PetrelNode(settings, { log, clock });
  await node.start();
  await node.loading;
  const credentials = { ...CREDENTIALS, password: new Secret(CREDENTIALS.password) };
  const calls = new CallTimes();
  const takeover = liveTakeover(node, clock, options.environment ?? {});
  const native = new NativeApi({ credentials }, { node, log, clock, calls, takeover, keyTexts });
  const offersMetrics = options.offersMetrics ?? true;
  const health = new HealthApi({ offersMetrics }, { node, clock, calls });
  const server = new ApiServer(
    {
      ...{ host: '127.0.0.1', port: 0, portFixed: true, variant: 'json' },
      ...{ credentials, ...options.server },
    },
    { node, log, clock, requestStop: () => undefined, native, health },
  );
  await server.start();
  t.after(async () => {
    await server.stop();
    await node.stop();
  });
  const url = `http://127.0.0.1:${server.port}`;
  const client = new PetrelClient({ url, ...CREDENTIALS });
  return {
    node,
    server,
    url,
    client,
    async call(method, params) {
      const result = await client.call(method, params);
      checkResult(method, result);
      return result;
    },
    async failure(method, params) {
      try {
        await client.call(method, params);
        return undefined;
      } catch (error) {
        if (error instanceof RpcError) return error.code;
        throw error;
      }
    },
  };
}

/** Schemas of results leave unknown fields out when they parse: what is left must be the same. */
function checkResult(method: MethodName, result: unknown): void {
  const parsed = NATIVE_METHODS[method].result.parse(result) as unknown;
  if (JSON.stringify(sorted(parsed)) !== JSON.stringify(sorted(result))) {
    throw new Error(`${method}: the result has fields that its schema has not`);
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  );
}
