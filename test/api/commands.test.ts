import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dispatcher } from '../../src/api/dispatcher.js';
import { allCommands } from '../../src/api/methods/all.js';
import { nullLog } from '../../src/util/log.js';
import { createApiDouble } from '../support/api-double.js';
import { FakeClock } from '../support/fake-clock.js';
import { NodeError } from '../../src/node/errors.js';
import { Float, type ApiValue } from '../../src/api/values.js';
import { api, expectAll } from '../support/api-caller.js';

test('argument counts, as each variant words them', async () => {
  await expectAll(api(), [
    [['helloWorld'], '0 Command helloWorld takes at least 3 parameters (0 given)'],
    [
      ['helloWorld', 'a', 'b', 'c', 'd'],
      '0 Command helloWorld takes at most 3 parameters (4 given)',
    ],
    [
      ['helloWorld', 'a', 'b', 'c'],
      /^0 Unexpected API Failure - HandleHelloWorld\(\) takes exactly 3 arguments \(4 given\)$/,
    ],
    [['listAddresses', 1], /HandleListAddresses\(\) takes exactly 1 argument \(2 given\)$/],
    [
      ['getInboxMessageByID', '00', true, 1],
      /HandleGetInboxMessageById\(\) takes at most 3 arguments \(4 given\)$/,
    ],
    [['nope'], '20 Invalid method: nope'],
    [['__proto__'], '20 Invalid method: __proto__'],
    [['undeleteMessage', '00'], '20 Invalid method: undeleteMessage'],
    [['listAddressbook'], '20 Invalid method: listAddressbook'],
  ]);
  await expectAll(api('legacy', true), [
    [['helloWorld', 'a'], '0 Command helloWorld takes at most 0 parameters (1 given)'],
    [['helloWorld'], /HandleHelloWorld\(\) takes exactly 3 arguments \(1 given\)$/],
    [
      ['createRandomAddress'],
      /HandleCreateRandomAddress\(\) takes at least 2 arguments \(1 given\)$/,
    ],
    [['undeleteMessage', '00'], 'Undeleted message'],
    [['listAddressbook'], { addresses: [] }],
  ]);
});

test('arguments by name', async () => {
  const node = createApiDouble();
  const dispatcher = new Dispatcher(
    allCommands(() => undefined),
    { variant: 'json' },
    { node, log: nullLog, clock: new FakeClock() },
  );
  const named = (name: string, params: Record<string, ApiValue>) =>
    dispatcher.call({ name, params, afterReply: () => undefined });
  assert.equal(await named('helloWorld', { b: 'y', a: 'x' }), 'x-y');
  assert.deepEqual(await named('listAddresses', {}), { addresses: [] });
  await assert.rejects(named('helloWorld', { a: 'x' }), /takes at least 3/);
  await assert.rejects(named('helloWorld', { a: 'x', c: 'y' }), /unexpected keyword argument 'c'/);
  await assert.rejects(named('helloWorld', { b: 'y' }), /takes at least 3/);
});

test('test commands', async () => {
  await expectAll(api(), [
    [['helloWorld', 'é', ''], 'é-'],
    [['helloWorld', 1, 2], /^21 Unexpected API Failure - unsupported operand type/],
    [['add', 2, 3], 5],
    [['add', true, true], 2],
    [['add', 9007199254740993n, 1], 9007199254740994n],
    [['add', new Float(1.5), 2], new Float(3.5)],
    [['add', 'a', 'b'], 'ab'],
    [
      ['add', [1], ['x']],
      [1, 'x'],
    ],
    [['add', 'a', 1], /^21 /],
    [['add', { a: 1 }, { b: 2 }], /^21 .*'dict' and 'dict'/],
    [['statusBar', 5], 'success'],
    [['shutdown'], 'done'],
    [['system.methodHelp', 'add'], 'Commands: *add*\n\n        Test two numeric params'],
    [['system.methodHelp', 'nope'], "KeyError u'nope'"],
    [['system.methodSignature', 'add'], 'signatures not supported'],
  ]);
});

test('every name of the list is there, sorted', async () => {
  const names = (await api().ask('system.listMethods')) as string[];
  assert.equal(names.length, 53);
  assert.deepEqual(names, [...names].sort());
  const legacy = (await api('legacy').ask('system.listMethods')) as string[];
  assert.equal(legacy.length, 57);
});

test('status', async () => {
  const { node, ask } = api();
  const peer = { host: '127.0.0.1', port: 8444, established: true, userAgent: '/x/' };
  node.connections.push(
    { ...peer, inbound: false },
    { ...peer, inbound: true, established: false, userAgent: '' },
  );
  const status = (await ask('clientStatus')) as Record<string, ApiValue>;
  assert.equal(status['networkConnections'], 1);
  assert.equal(status['softwareName'], 'Petrel');
  assert.match(status['softwareVersion'] as string, /^\d+\.\d+\.\d+/);
  assert.equal(Object.keys(status).length, 8);
  const shown = { host: '127.0.0.1', port: 8444, fullyEstablished: true, userAgent: '/x/' };
  assert.deepEqual(await ask('listConnections'), {
    inbound: [{ ...shown, fullyEstablished: false, userAgent: '' }],
    outbound: [shown],
  });
});

test("what the node refuses has the API's numbers; what nobody foresaw is 21", async () => {
  const own = api();
  const failing = (error: Error) => {
    Object.assign(own.node.contacts, { add: () => Promise.reject(error) });
    return own.ask('addAddressBookEntry', 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK', '');
  };
  assert.equal(await failing(new NodeError('message-too-long', 'too long')), '27 too long');
  assert.equal(await failing(new NodeError('stopped', 'gone')), '21 Unexpected API Failure - gone');
  assert.equal(await failing(new Error('disk')), '21 Unexpected API Failure - disk');
});
