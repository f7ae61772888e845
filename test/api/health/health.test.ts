/** The paths for machines that look after a node, on a whole node. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { METRICS } from '../../../src/api/health/metrics/all.js';
import { AddressRanges, parseAddressRange } from '../../../src/util/address-ranges.js';
import { inventoryEntry } from '../../support/store-records.js';
import {
  CREDENTIALS,
  startNativeNode,
  type NativeNodeOptions,
  type NativeNodeTest,
} from '../../support/native-node.js';
import { sampleNames, samples } from '../../support/prometheus-text.js';

const LOGIN = `Basic ${Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64')}`;

interface Asked {
  readonly status: number;
  readonly body: string;
}

interface HealthTest extends NativeNodeTest {
  readonly get: (
    url: string,
    headers?: Record<string, string>,
    remoteAddress?: string,
  ) => Promise<Asked>;
}

async function start(t: TestContext, options: NativeNodeOptions = {}): Promise<HealthTest> {
  const started = await startNativeNode(t, options);
  return {
    ...started,
    async get(url, headers = {}, remoteAddress = '127.0.0.1') {
      const answer = await started.server.inject({ method: 'GET', url, headers, remoteAddress });
      return { status: answer.statusCode, body: answer.body };
    },
  };
}

describe('/healthz and /readyz', () => {
  it('say that all is well, to everybody and by every address', async (t) => {
    const { get } = await start(t);
    const hosts = ['localhost', '127.0.0.1:8442', '10.1.2.3:8442', '[2001:db8::1]:8442'];
    for (const host of hosts) {
      assert.deepEqual(await get('/healthz', { host }, '10.9.9.9'), { status: 200, body: 'ok\n' });
      assert.deepEqual(await get('/readyz', { host }, '10.9.9.9'), {
        status: 200,
        body: 'ready\n',
      });
    }
  });

  it('say nothing to a page that gets here by a name of its own', async (t) => {
    const trustedProxies = new AddressRanges(
      ['10.0.0.1'].map(parseAddressRange).filter((range) => range !== undefined),
    );
    const server = { trustedProxies, allowedHosts: ['node.example'] };
    const { get } = await start(t, { server });
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      assert.equal((await get(path, { host: 'evil.example' })).status, 403);
      assert.equal((await get(path, { host: 'node.example', authorization: LOGIN })).status, 200);
      const forwarded = { host: '10.0.0.2', 'x-forwarded-host': 'evil.example' };
      assert.equal((await get(path, forwarded, '10.0.0.1')).status, 403);
    }
  });

  it('name what keeps the node from its work, without saying whose it is', async (t) => {
    const { get, node } = await start(t);
    node.conditions.begin('storage-full', 'the disk of /home/alice is full');
    node.conditions.begin('clock-wrong');
    const { status, body } = await get('/readyz');
    assert.equal(status, 503);
    assert.equal(
      body,
      'storage-full: The disk is full: nothing new is stored, what is there is kept.\n',
    );
    assert.deepEqual(await get('/healthz'), { status: 200, body: 'ok\n' });
    const text = (await get('/metrics')).body;
    assert.deepEqual(samples(text, 'petrel_ready'), { '': 0 });
    const conditions = samples(text, 'petrel_condition');
    assert.equal(conditions['name="storage-full"'], 1);
    assert.equal(conditions['name="clock-wrong"'], 1);
    assert.equal(conditions['name="no-network"'], 0);
    node.conditions.end('storage-full');
    assert.equal((await get('/readyz')).status, 200);
  });

  it('change nothing for other paths and methods', async (t) => {
    const { get, server } = await start(t);
    for (const path of ['/', '/health', '/healthz/', '/metrics/x']) {
      const { status, body } = await get(path, { accept: '*/*' });
      assert.equal(status, 501);
      assert.match(body, /Unsupported method \('GET'\)/);
    }
    for (const url of ['/healthz', '/readyz', '/metrics']) {
      const posted = await server.inject({ method: 'POST', url, payload: '{}' });
      assert.deepEqual([posted.statusCode, posted.body], [404, 'No such page']);
      const put = await server.inject({ method: 'PUT', url });
      assert.equal(put.statusCode, 501);
      assert.equal((await server.inject({ method: 'HEAD', url })).statusCode, 200);
    }
  });
});

describe('/metrics', () => {
  it('asks a login of everybody but programs on this machine', async (t) => {
    const { get } = await start(t);
    const byAddress = { host: '127.0.0.1' };
    assert.equal((await get('/metrics')).status, 200);
    assert.equal((await get('/metrics', byAddress, '::1')).status, 200);
    assert.equal((await get('/metrics', byAddress, '10.9.9.9')).status, 401);
    const withLogin = { ...byAddress, authorization: LOGIN };
    assert.equal((await get('/metrics', withLogin, '10.9.9.9')).status, 200);
  });

  for (const header of ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'via']) {
    it(`asks a login when a proxy on this machine says so by ${header}`, async (t) => {
      const { get } = await start(t);
      const forwarded = { [header]: '192.0.2.1' };
      assert.equal((await get('/metrics', forwarded)).status, 401);
      const withLogin = { ...forwarded, authorization: LOGIN };
      assert.equal((await get('/metrics', withLogin)).status, 200);
    });
  }

  it('asks a login of a proxy on this machine that is named and says nothing', async (t) => {
    const trustedProxies = new AddressRanges(
      ['127.0.0.1'].map(parseAddressRange).filter((range) => range !== undefined),
    );
    const { get } = await start(t, { server: { trustedProxies } });
    assert.equal((await get('/metrics')).status, 401);
  });

  it('can be switched off', async (t) => {
    const { get } = await start(t, { offersMetrics: false });
    assert.equal((await get('/metrics')).status, 501);
    assert.equal((await get('/readyz')).status, 200);
  });

  it('shows every metric of the table, and the process', async (t) => {
    const { get } = await start(t);
    const { body } = await get('/metrics');
    const described = [...body.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name);
    for (const name of Object.keys(METRICS)) assert.ok(described.includes(name), name);
    const ofProcess = ['process_resident_memory_bytes', 'nodejs_gc_duration_seconds'];
    for (const name of ofProcess) assert.ok(described.includes(name), name);
    assert.equal(new Set(described).size, described.length, 'each once');
    assert.ok(!described.some((name) => name?.includes('eventloop_lag')));
  });

  it('counts objects, mail and calls', async (t) => {
    const { get, node, call, failure, server } = await start(t);
    await Promise.all(
      [1, 2, 3].map((n) => node.store.inventory.add(inventoryEntry(n, { type: 2 }))),
    );
    await call('network.status', {});
    await call('network.status', {});
    await failure('no.such.method' as 'network.status', {});
    await failure('another' as 'network.status', {});
    const payload = '{"jsonrpc": "2.0", "method": "add", "params": [2, 3], "id": 1}';
    const headers = { authorization: LOGIN };
    await server.inject({ method: 'POST', url: '/', payload, headers });
    const { body } = await get('/metrics');
    assert.equal(samples(body, 'petrel_inventory_objects')['type="msg"'], 3);
    const times = samples(body, 'petrel_api_request_seconds_count');
    assert.deepEqual(times, {
      'api="remote",method="add"': 1,
      'api="native",method="network.status"': 2,
      'api="native",method="other"': 2,
    });
    assert.deepEqual(samples(body, 'petrel_api_failures_total'), {
      'api="remote",method="add"': 0,
      'api="native",method="network.status"': 0,
      'api="native",method="other"': 2,
    });
    const ranges = Object.values(samples(body, 'petrel_database_wait_seconds_bucket'));
    assert.deepEqual(
      [...ranges].sort((one, other) => one - other),
      ranges,
      'never falling',
    );
    assert.equal(ranges.at(-1), samples(body, 'petrel_database_wait_seconds_count')['']);
  });

  it('shows the outbox by state', async (t) => {
    const { get, node } = await start(t);
    const fromAddress = await node.identities.createRandom({ label: new Uint8Array() });
    const toAddress = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';
    const mail = { fromAddress, toAddress, subject: new Uint8Array(), body: new Uint8Array() };
    await node.outbox.sendMessage({ ...mail, encoding: 2, ttlS: 3_600 });
    const { body } = await get('/metrics');
    const counts = Object.values(samples(body, 'petrel_outbox_messages'));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      1,
    );
    const ages = Object.values(samples(body, 'petrel_outbox_oldest_seconds'));
    assert.equal(ages.length, 1);
    assert.ok(ages.every((age) => age >= 0 && age < 3_600));
  });

  it('has no labels but those of the table, and nothing personal in them', async (t) => {
    const { get, node } = await start(t);
    const address = await node.identities.createRandom({ label: new Uint8Array() });
    const { body } = await get('/metrics');
    assert.ok(!body.includes(address));
    assert.ok(!body.includes('BM-'));
    assert.ok(!body.includes(node.settings.dataDir));
    for (const [name, { labels, type }] of Object.entries(METRICS)) {
      const endings = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      for (const ending of endings) {
        const allowed: readonly string[] = ending === '_bucket' ? [...labels, 'le'] : labels;
        for (const text of Object.keys(samples(body, name + ending))) {
          const used = [...text.matchAll(/(\w+)="/g)].map(([, label]) => label);
          assert.deepEqual(used, [...allowed], name);
        }
      }
    }
    assert.ok(sampleNames(body).length > Object.keys(METRICS).length);
  });
});

describe('the table of metrics', () => {
  it("keeps to Prometheus' conventions of names", () => {
    for (const [name, { type, help, labels }] of Object.entries(METRICS)) {
      assert.match(name, /^petrel_[a-z]+(_[a-z]+)*$/);
      assert.equal(name.endsWith('_total'), type === 'counter', name);
      assert.match(help, /^[A-Z1'].*\.$/, name);
      assert.doesNotMatch(help, /\n/);
      for (const label of labels) assert.match(label, /^[a-z]+$/);
      assert.doesNotMatch(name, /_(ms|milliseconds|minutes|kb|mb)(_|$)/);
    }
  });
});
