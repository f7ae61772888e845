/** While identities are being loaded, what needs them waits, and everything else is answered. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ApiNode } from '../../src/api/api-node.js';
import { Dispatcher } from '../../src/api/dispatcher.js';
import { allCommands } from '../../src/api/methods/all.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';

it('commands that need identities wait for them', async () => {
  let end: () => void = () => undefined;
  let loading: Promise<void> | undefined = new Promise((resolve) => {
    end = resolve;
  });
  const identities = { list: () => (loading ? assert.fail('too early') : []) };
  const node = {
    identities,
    get loading(): Promise<void> | undefined {
      return loading;
    },
  } as unknown as ApiNode;
  const dispatcher = new Dispatcher(
    allCommands(() => undefined),
    { variant: 'json' },
    { node, log: nullLog, clock: new FakeClock() },
  );
  const call = (name: string, ...params: string[]): Promise<unknown> =>
    dispatcher.call({ name, params, afterReply: () => undefined });
  let answered = false;
  const list = call('listAddresses').finally(() => (answered = true));
  assert.equal(await call('helloWorld', 'a', 'b'), 'a-b');
  assert.equal(answered, false);
  loading = undefined;
  end();
  assert.deepEqual(await list, { addresses: [] });
  assert.deepEqual(await call('listAddresses'), { addresses: [] });
});
