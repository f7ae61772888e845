/** 50,000 damaged requests: the API answers the next good one and its memory stays flat. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.js';
import { ApiServer } from '../../src/api/server.js';
import { nullLog } from '../../src/util/log.js';
import { Secret } from '../../src/util/secret.js';
import { createApiDouble } from '../support/api-double.js';
import { readRecording } from '../support/api-recording.js';
import { FakeClock } from '../support/fake-clock.js';
import { rawExchange } from '../support/raw-http.js';

const SEED = 20261120;
/** Requests of each kind; the whole HTTP message is damaged in the first, the body in the others. */
const COUNTS = { http: 10_000, xml: 20_000, json: 20_000 };
/** What the heap may grow by after the first tenth, garbage collected or not. */
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;
const PARALLEL = 16;

const CREDENTIALS = { username: 'username', password: 'password' };
const HEAD =
  'POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic dXNlcm5hbWU6cGFzc3dvcmQ=\r\n';
const GOOD = '{"jsonrpc": "2.0", "method": "add", "params": [2, 3], "id": 1}';
/** Pieces whose place in a body matters. */
const PIECES = [
  ...[
    '<',
    '>',
    '</value>',
    '<value>',
    '<int>',
    '<struct>',
    '<array><data>',
    '<!DOCTYPE a [',
    ']]>',
  ],
  ...['&#0;', '&e;', '<![CDATA[', '{', '}', '[', ']', '"', '\\u', '\\ud800', ',', ':', '1e999'],
  ...['-', '\u0000', '\ufeff', 'null', 'true', '\r\n\r\n', '9'.repeat(400), '['.repeat(400)],
].map((piece) => Buffer.from(piece));

interface Damage {
  readonly at: number;
  readonly cut: number;
  readonly piece: Uint8Array;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat(12),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.uint8Array({ maxLength: 8 })),
});

function damaged(bytes: Uint8Array, damages: readonly Damage[]): Buffer {
  let out = Buffer.from(bytes);
  for (const { at, cut, piece } of damages) {
    const place = Math.floor(at * out.length);
    out = Buffer.concat([out.subarray(0, place), piece, out.subarray(place + cut)]);
  }
  return out;
}

/** Calls that make nobody wait: no refusals, no stop. */
function goodBodies(variant: 'xml' | 'json'): Buffer[] {
  return readRecording(variant)
    .filter(({ method }) => method !== null && method !== 'shutdown')
    .filter(({ request }) => request.length < 2_000)
    .map(({ request }) => Buffer.from(request));
}

test('damaged requests', { timeout: 900_000 }, async () => {
  const api = new ApiServer(
    {
      host: '127.0.0.1',
      port: 0,
      portFixed: true,
      variant: 'xml',
      credentials: { ...CREDENTIALS, password: new Secret(CREDENTIALS.password) },
    },
    { node: createApiDouble(), log: nullLog, clock: new FakeClock(), requestStop: () => undefined },
  );
  await api.start();
  const bodies = { xml: goodBodies('xml'), json: goodBodies('json') };
  const answered = async (): Promise<void> => {
    const head = `${HEAD}Content-Length: ${GOOD.length}\r\n\r\n`;
    const { status, body } = await rawExchange(api.port, Buffer.from(head + GOOD));
    assert.deepEqual([status, body], [200, '{"jsonrpc": "2.0", "result": 5, "id": 1}']);
  };
  const ask = async (kind: keyof typeof COUNTS, index: number, damages: Damage[]) => {
    const choice = kind === 'http' ? (['xml', 'json'] as const)[index % 2] : kind;
    const pool = bodies[choice ?? 'xml'];
    const body = pool[index % pool.length] ?? Buffer.alloc(0);
    if (kind === 'http') {
      const whole = Buffer.concat([
        Buffer.from(`${HEAD}Content-Length: ${body.length}\r\n\r\n`),
        body,
      ]);
      // The login stays as it is: refusals would only wait.
      const rest = damaged(whole.subarray(HEAD.length), damages);
      await rawExchange(api.port, Buffer.concat([whole.subarray(0, HEAD.length), rest]), true);
      return;
    }
    const payload = damaged(body, damages);
    const answer = await api.inject({
      method: 'POST',
      url: '/',
      payload,
      headers: { authorization: 'Basic dXNlcm5hbWU6cGFzc3dvcmQ=' },
    });
    assert.ok(
      [200, 500].includes(answer.statusCode),
      `${answer.statusCode} for ${payload.toString()}`,
    );
    if (answer.statusCode === 500) assert.equal(answer.body, '');
  };
  try {
    for (const kind of ['http', 'xml', 'json'] as const) {
      const all = fc.sample(fc.array(damage, { minLength: 1, maxLength: 4 }), {
        numRuns: COUNTS[kind],
        seed: SEED,
      });
      let heapBefore = 0;
      for (let at = 0; at < all.length; at += PARALLEL) {
        const batch = all.slice(at, at + PARALLEL);
        await Promise.all(batch.map((damages, offset) => ask(kind, at + offset, damages)));
        if (at % 1_600 === 0) await answered();
        if (at <= all.length / 10) heapBefore = process.memoryUsage().heapUsed;
      }
      await answered();
      const growth = process.memoryUsage().heapUsed - heapBefore;
      assert.ok(growth < MAX_GROWTH_BYTES, `${kind}: the heap grew by ${growth} bytes`);
    }
  } finally {
    await api.stop();
  }
});
