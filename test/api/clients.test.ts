/** What programs written against PyBitmessage do with the answers, each the way it does it. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { ApiVariant } from '../../src/api/command.js';
import { ApiServer } from '../../src/api/server.js';
import { writeXmlParams } from '../../src/api/xml-writer.js';
import type { ApiValue } from '../../src/api/values.js';
import { nullLog } from '../../src/util/log.js';
import { systemClock } from '../../src/util/clock.js';
import { Secret } from '../../src/util/secret.js';
import { createApiDouble, type ApiDouble } from '../support/api-double.js';
import { b64 } from '../support/api-caller.js';
import { inboxRecord } from '../support/store-records.js';

const LIMIT_MS = 120_000;
const CHAN = 'BM-2cW67GEKkHGonXKZLCzouLLxnLym3azS8r';
const LOGIN = Buffer.from('username:password').toString('base64');

interface Running {
  readonly node: ApiDouble;
  readonly port: number;
  /** The whole answer, head and body, to one call over a connection of its own. */
  readonly call: (name: string, ...params: ApiValue[]) => Promise<string>;
}

async function running(t: TestContext, variant: ApiVariant = 'legacy'): Promise<Running> {
  const node = createApiDouble();
  const api = new ApiServer(
    {
      host: '127.0.0.1',
      port: 0,
      portFixed: true,
      variant,
      credentials: { username: 'username', password: new Secret('password') },
    },
    { node, log: nullLog, clock: systemClock, requestStop: () => undefined },
  );
  await api.start();
  t.after(() => api.stop());
  const { port } = api;
  const call = async (name: string, ...params: ApiValue[]): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error('no answer')));
    socket.write(httpRequest(port, name, params));
    return textOf(socket);
  };
  return { node, port, call };
}

/** As Monero's multisig messaging writes it: no optional header, its own content type. */
function httpRequest(port: number, name: string, params: readonly ApiValue[]): string {
  const body =
    `<?xml version="1.0"?><methodCall><methodName>${name}</methodName>` +
    `${writeXmlParams(params)}</methodCall>`;
  const head = [
    'POST / HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Authorization: Basic ${LOGIN}`,
    'Content-Type: application/xml; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(socket, 'close');
  return text;
}

/** Monero's cut: from the first `<string>` to the first `</string>`, nothing unescaped. */
function moneroCut(answer: string): string {
  const begin = answer.indexOf('<string>') + '<string>'.length;
  return answer.slice(begin, answer.indexOf('</string>'));
}

it('Monero: JSON cut out of the raw answer, typed members, errors as strings', async (t) => {
  const { node, call } = await running(t);
  const odd = { subject: Buffer.from('"a" & <b> é'), body: Buffer.from([0xff, 0xfe]) };
  node.inboxRows.push(inboxRecord(1, odd), inboxRecord(2, { read: true }));
  const { inboxMessages } = JSON.parse(moneroCut(await call('getAllInboxMessages'))) as {
    inboxMessages: Record<string, unknown>[];
  };
  assert.deepEqual(
    inboxMessages.map((message) => [message['read'], message['encodingType']]),
    [
      [0, 2],
      [1, 2],
    ],
  );
  for (const message of inboxMessages) assert.match(String(message['receivedTime']), /^\d+$/);
  assert.equal(typeof inboxMessages[0]?.['receivedTime'], 'string');
  assert.equal(inboxMessages[0]?.['subject'], Buffer.from('"a" & <b> é').toString('base64'));

  const cut = async (name: string, ...params: ApiValue[]): Promise<string> =>
    moneroCut(await call(name, ...params));
  assert.equal(await cut('leaveChan', CHAN), await cut('leaveChan', CHAN));
  assert.match(await cut('leaveChan', CHAN), /^API Error 0025: /);
  assert.match(await cut('joinChan', b64('no such'), CHAN), /^API Error 0018: /);
  assert.match(await cut('sendMessage', CHAN, CHAN, '', ''), /^API Error 0013: /);
  assert.match(await cut('nonsense'), /^API Error 0020: Invalid method: nonsense$/);
  const chan = await cut('createChan', b64('general'));
  assert.match(await cut('joinChan', b64('general'), chan), /^API Error 0024: /);
  assert.equal(await cut('leaveChan', chan), 'success');
});

it('Monero: an inbox of 10,000 messages in one piece', async (t) => {
  const { node, call } = await running(t);
  for (let n = 0; n < 10_000; n++) node.inboxRows.push(inboxRecord(n));
  const answer = JSON.parse(moneroCut(await call('getAllInboxMessages'))) as {
    inboxMessages: unknown[];
  };
  assert.equal(answer.inboxMessages.length, 10_000);
});

it('Python 2 programs: base64 with a line break every 76 characters', async (t) => {
  const { node, call } = await running(t);
  const own = moneroCut(await call('createRandomAddress', b64('own')));
  const body = 'a body that is longer than one line of base64. '.repeat(10);
  const lines = (text: string): string => `${b64(text).replace(/.{76}/g, '$&\n')}\n`;
  const ack = moneroCut(await call('sendMessage', own, own, lines('subject'), lines(body)));
  assert.match(ack, /^[0-9a-f]{76}$/);
  assert.equal(Buffer.from(node.sentRows[0]?.body ?? []).toString(), body);
});

const PYTHON = `
import json, sys, xmlrpc.client
url = 'http://username:password@127.0.0.1:%s/' % sys.argv[1]
api = xmlrpc.client.ServerProxy(url)
out = {'add': api.add(2, 3), 'hello': api.helloWorld('\\u00e9', '<&>'), 'status': api.clientStatus(),
       'inbox': api.getAllInboxMessages(), 'book': api.listAddressBookEntries(),
       'decoded': api.decodeAddress('${CHAN}'), 'methods': len(api.system.listMethods()) > 50}
try:
    out['error'] = api.nonsense()
except xmlrpc.client.Fault as fault:
    out['error'] = [fault.faultCode, fault.faultString]
try:
    out['refused'] = xmlrpc.client.ServerProxy(url.replace('password@', 'wrong@')).add(2, 3)
except xmlrpc.client.ProtocolError as error:
    out['refused'] = error.errcode
print(json.dumps(out))
`;
const hasPython = spawnSync('python3', ['-c', 'import xmlrpc.client']).status === 0;

it(
  "Python 3's xmlrpc.client",
  { skip: hasPython ? false : 'no python3 with xmlrpc.client here' },
  async (t) => {
    for (const variant of ['xml', 'legacy'] as const) {
      const { port } = await running(t, variant);
      const args = ['-c', PYTHON, String(port)];
      const { stdout } = await promisify(execFile)('python3', args, { timeout: LIMIT_MS });
      const out = JSON.parse(stdout) as Record<string, unknown>;
      assert.deepEqual([out['add'], out['methods'], out['refused']], [5, true, 401]);
      const native = (value: unknown): unknown =>
        variant === 'xml' ? value : JSON.parse(value as string);
      assert.equal(native(out['hello']), 'é-<&>');
      assert.deepEqual(native(out['inbox']), { inboxMessages: [] });
      assert.deepEqual(native(out['book']), { addresses: [] });
      assert.equal((native(out['decoded']) as { addressVersion: number }).addressVersion, 4);
      const text = 'Invalid method: nonsense';
      const wanted = variant === 'xml' ? [20, text] : `API Error 0020: ${text}`;
      assert.deepEqual(out['error'], wanted);
    }
  },
);

it('the e-mail gateway: eight clients at a time, each sees its own calls in order', async (t) => {
  const { call } = await running(t);
  const client = async (n: number): Promise<void> => {
    for (let round = 0; round < 10; round++) {
      const own = moneroCut(await call('createRandomAddress', b64(`client ${n}`)));
      const listed = JSON.parse(moneroCut(await call('listAddresses'))) as {
        addresses: { address: string }[];
      };
      assert.ok(listed.addresses.some(({ address }) => address === own));
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, n) => client(n)));
});

it('clients that go away early harm nobody', async (t) => {
  const { port, call } = await running(t);
  const whole = httpRequest(port, 'getAllInboxMessages', []);
  for (const length of [0, 1, 20, whole.length - 1, whole.length]) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(whole.slice(0, length));
    socket.resetAndDestroy();
  }
  assert.match(await call('add', 2, 3), /<int>5<\/int>/);
});
