/** A real node that logs all it can: none of the secrets that it is told comes out again. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { PetrelClient } from '../../src/client/client.js';
import { runCli, startCli, type CliProcess } from '../support/cli-process.js';
import { freePort } from '../support/free-port.js';
import { SocksProxy } from '../support/socks-proxy.js';
import { tempDir } from '../support/temp-store.js';
import { until } from '../support/until.js';

const PASSWORD = 'api-horse-8Zq';
const WRONG_PASSWORD = 'typed-horse-9Kx';
const PROXY_USER = 'proxy-anna-3Rt';
const PROXY_PASSWORD = 'proxy-horse-4Yu';
const PASSPHRASE = 'deterministic horse 5Ui';
const CHAN = 'chan of horses 6Op';
const SUBJECT = 'subject of a horse 7As';
const BODY = 'body of a horse 1Df';
const LIMIT_MS = 180_000;

interface Story {
  readonly node: CliProcess;
  readonly url: string;
  readonly client: PetrelClient;
  readonly dataDir: string;
  /** What it has logged so far. */
  readonly logged: () => string;
}

async function begin(t: TestContext, args: readonly string[]): Promise<Story> {
  const [dataDir, apiPort] = [tempDir(t), await freePort()];
  const settings = {
    'bitmessagesettings.port': '0',
    'bitmessagesettings.apiport': String(apiPort),
    'bitmessagesettings.apiusername': 'user',
    'bitmessagesettings.apipassword': PASSWORD,
    'bitmessagesettings.apivariant': 'json',
    'network.bind': '127.0.0.1',
  };
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const node = startCli(['start', '--test-mode', '--data-dir', dataDir, ...set, ...args]);
  t.after(() => node.child.kill('SIGKILL'));
  let log = '';
  node.child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
  await node.ready;
  const url = `http://127.0.0.1:${apiPort}`;
  return {
    node,
    url,
    dataDir,
    logged: () => log,
    client: new PetrelClient({ url, username: 'user', password: PASSWORD }),
  };
}

/** The ways in which a text could have got somewhere. */
function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Base64 without its ends, which depend on what stands around.
  const inBase64 = [0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + secret)
      .toString('base64')
      .slice(4, -4),
  );
  return [secret, encodeURIComponent(secret), bytes.toString('hex'), bytes.join(), ...inBase64];
}

async function sendToSelf(client: PetrelClient): Promise<string> {
  const before = (await client.call('node.info')).messages;
  const { address } = await client.call('identities.createRandom', { label: 'me' });
  const draft = { fromAddress: address, to: [address], subject: SUBJECT, body: BODY };
  await client.call('outgoing.send', draft);
  await until('the message is there', LIMIT_MS, async () => {
    const { messages } = await client.call('node.info');
    return messages >= before + 2 ? true : undefined;
  });
  return address;
}

describe('the log of a node', { timeout: 600_000 }, () => {
  it('holds no secret, even at level trace', async (t) => {
    const proxy = await SocksProxy.start({ login: { user: 'other', password: 'other' } });
    t.after(() => proxy.stop());
    const proxySettings = {
      socksproxytype: 'SOCKS5',
      sockshostname: '127.0.0.1',
      socksport: proxy.port,
      socksauthentication: 'true',
      socksusername: PROXY_USER,
      sockspassword: PROXY_PASSWORD,
    };
    const story = await begin(t, [
      ...['--log-level', 'trace', '--log-addresses', '--trusted-peer', '192.0.2.7:8444'],
      ...Object.entries(proxySettings).flatMap(([name, value]) => [
        '--set',
        `bitmessagesettings.${name}=${value}`,
      ]),
    ]);
    const { client, url, node, dataDir, logged } = story;
    const secrets = [
      PASSWORD,
      WRONG_PASSWORD,
      PROXY_USER,
      PROXY_PASSWORD,
      PASSPHRASE,
      CHAN,
      SUBJECT,
      BODY,
    ];
    const cookie = readFileSync(join(dataDir, 'api.cookie'), 'utf8').trim().split(':')[1] ?? '';
    assert.ok(cookie.length > 20);
    secrets.push(cookie);
    await client.call('identities.createFromPassphrase', { passphrase: PASSPHRASE });
    await client.call('chans.create', { name: CHAN });
    const own = await sendToSelf(client);
    const keys = await client.call('identities.exportKeys', { address: own, password: PASSWORD });
    secrets.push(keys.signingKeyWif, keys.encryptionKeyWif);
    const wrong = { address: own, password: WRONG_PASSWORD };
    await assert.rejects(client.call('identities.exportKeys', wrong));
    const link = (await client.call('session.makeLink')).path.replace('/#login=', '');
    const session = await fetch(`${url}/session`, {
      method: 'POST',
      body: JSON.stringify({ link }),
    });
    const { token } = (await session.json()) as { token: string };
    const setCookie = session.headers.get('set-cookie') ?? '';
    const sessionToken = /=([\w-]+);/.exec(setCookie)?.[1] ?? '';
    assert.ok(link.length > 20 && token.length > 20 && sessionToken.length > 20);
    secrets.push(link, token, sessionToken);
    const bodies = [
      JSON.stringify({ username: 'user', password: WRONG_PASSWORD }),
      `{"link": "${link}"`,
      `{"passphrase": "${PASSPHRASE}"`,
    ];
    for (const path of ['/session', '/rpc/v1', '/']) {
      for (const body of bodies) await fetch(url + path, { method: 'POST', body });
    }
    await fetch(`${url}/?login=${link}`, { headers: { cookie: `petrel_session=${sessionToken}` } });
    await until('a failed dial', LIMIT_MS, () =>
      logged().includes('"dial failed"') ? true : undefined,
    );
    const { out, err } = await node.stop();
    const lines = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    const said = lines.map(({ msg }) => msg);
    for (const text of ['message received', 'message to send', 'dial failed', 'identity made']) {
      assert.ok(said.includes(text), `${text}: ${said.join('; ')}`);
    }
    assert.ok(err.includes(own), 'addresses are there: it is logged in full');
    for (const secret of secrets) {
      for (const form of forms(secret)) assert.ok(!(out + err).includes(form), `${secret}: ${err}`);
    }
  });

  it('shortens addresses and hosts at level info, and tells them when asked', async (t) => {
    const { client, node, url, dataDir } = await begin(t, [
      '--log-level',
      'info',
      '--trusted-peer',
      '127.9.9.9:1',
    ]);
    const own = await sendToSelf(client);
    // The one line of that level that can hold anything.
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'statusBar', params: [own] });
    const authorization = `Basic ${Buffer.from(`user:${PASSWORD}`).toString('base64')}`;
    await fetch(url, { method: 'POST', headers: { authorization }, body });
    const told = await runCli(['log-level', 'mail=debug', '--data-dir', dataDir]);
    assert.match(told.out, /^network +info\nmail +debug$/m);
    const { levels } = await client.call('log.levels');
    assert.deepEqual([levels.mail, levels.network], ['debug', 'info']);
    const other = await sendToSelf(client);
    const { err } = await node.stop();
    assert.ok(!err.includes(own), err);
    assert.match(err, new RegExp(`"status: ${own.slice(0, 6)}…#[0-9a-f]{6}"`));
    assert.ok(err.includes(other));
  });
});
