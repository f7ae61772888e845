import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { test } from 'node:test';

// 192.0.2.1 and example.invalid are set aside for documentation: nobody is there.
const OUTSIDE = '192.0.2.1';

test('tests cannot leave loopback', () => {
  assert.throws(() => connect(80, OUTSIDE), /leave loopback/);
  assert.throws(() => connect({ port: 80, host: OUTSIDE }), /leave loopback/);
  assert.throws(() => lookup('example.invalid', () => undefined), /leave loopback/);
  const socket = createSocket('udp4');
  assert.throws(() => socket.send('x', 80, OUTSIDE), /leave loopback/);
  socket.close();
});

test('nor can their worker threads', async () => {
  const code = `import { connect } from 'node:net'; connect(80, '${OUTSIDE}')`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  await assert.rejects(
    new Promise((resolve, reject) => worker.once('error', reject).once('exit', resolve)),
    /leave loopback/,
  );
});
