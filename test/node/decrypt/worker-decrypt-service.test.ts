import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { publicKeyOf, randomPrivateKey } from '../../../src/crypto/curve.js';
import { encryptEcies } from '../../../src/crypto/ecies.js';
import {
  DecryptError,
  type DecryptErrorCode,
  type TrialKey,
} from '../../../src/node/decrypt/decrypt-service.js';
import {
  WorkerDecryptService,
  type WorkerDecryptOptions,
} from '../../../src/node/decrypt/worker-decrypt-service.js';
import { equalBytes, NO_BYTES, toHex, utf8 } from '../../../src/util/bytes.js';
import { nullLog, type Log } from '../../../src/util/log.js';
import { bytesOf } from '../../support/vector-bytes.js';
import { vectorsOfType } from '../../support/vectors.js';

const DYING = new URL('./dying-worker.js', import.meta.url);
const STILLBORN = new URL('./stillborn-worker.js', import.meta.url);

const alice = makeKey('alice');
const bob = makeKey('bob');
const deadly = new Uint8Array(200).fill(0xdd);

function makeKey(id: string): TrialKey {
  return { id, key: randomPrivateKey() };
}

function containerFor({ key }: TrialKey, text: string): Uint8Array {
  return encryptEcies(publicKeyOf(key), utf8(text));
}

async function startService(
  context: TestContext,
  options: WorkerDecryptOptions = {},
  log: Log = nullLog,
): Promise<WorkerDecryptService> {
  const service = new WorkerDecryptService(options, { log });
  context.after(() => service.stop());
  await service.start();
  return service;
}

function withCode(code: DecryptErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof DecryptError && error.code === code;
}

/** A log that keeps everything as text. */
function recordingLog(lines: string[]): Log {
  const write = (...parts: unknown[]): void => void lines.push(JSON.stringify(parts));
  const log: Log = {
    trace: write,
    debug: write,
    info: write,
    warn: write,
    error: write,
    child: () => log,
  };
  return log;
}

test('finds the key that a container is for', async (context) => {
  const service = await startService(context);
  service.setKeys('identities', [alice, makeKey('other'), bob]);
  const container = containerFor(bob, 'for bob');
  const before = container.slice();
  assert.deepEqual(await service.open('identities', container), [
    { id: 'bob', plaintext: utf8('for bob') },
  ]);
  assert.deepEqual(container, before);
  assert.deepEqual(await service.open('identities', containerFor(makeKey('x'), '')), []);
});

test('decrypts what the vectors hold', async (context) => {
  const service = await startService(context);
  for (const vector of vectorsOfType('ecies')) {
    if (vector.name === 'ecies.other-curve-id') continue;
    service.setKeys('identities', [alice, { id: 'it', key: bytesOf(vector, 'privkey') }]);
    const opened = await service.open('identities', bytesOf(vector, 'encrypted'));
    assert.deepEqual(opened, [{ id: 'it', plaintext: bytesOf(vector, 'plaintext') }]);
  }
});

test('sets are apart, and setting replaces', async (context) => {
  const service = await startService(context);
  service.setKeys('identities', [alice]);
  service.setKeys('broadcasts', [bob]);
  const container = containerFor(alice, 'a');
  assert.equal((await service.open('identities', container)).length, 1);
  assert.equal((await service.open('broadcasts', container)).length, 0);
  assert.equal((await service.open('unknown', container)).length, 0);
  service.setKeys('identities', [bob]);
  assert.equal((await service.open('identities', container)).length, 0);
});

test('keys are removed and replaced, and stay so after a restart', async (context) => {
  const service = await startService(context);
  const carol = makeKey('carol');
  service.setKeys('identities', [alice, bob, { id: 'carol', key: alice.key }]);
  service.addKeys('identities', [carol]);
  service.removeKeys('identities', ['alice', 'nobody']);
  service.removeKeys('unknown', ['alice']);
  for (let round = 0; round < 2; round++) {
    for (const [key, expected] of [
      [alice, 0],
      [bob, 1],
      [carol, 1],
    ] as const) {
      const opened = await service.open('identities', containerFor(key, 'a'));
      assert.deepEqual(
        opened.map(({ id }) => id),
        expected === 0 ? [] : [key.id],
      );
    }
    await service.stop();
    await service.start();
  }
});

test('keys are added to a set that is there, to a new one, and stay after a restart', async (context) => {
  const service = await startService(context);
  service.setKeys('identities', [alice]);
  service.addKeys('identities', [bob]);
  service.addKeys('new', [bob]);
  for (let round = 0; round < 2; round++) {
    for (const key of [alice, bob]) {
      const [opened] = await service.open('identities', containerFor(key, 'a'));
      assert.equal(opened?.id, key.id);
    }
    assert.equal((await service.open('new', containerFor(bob, 'a'))).length, 1);
    await service.stop();
    await service.start();
  }
});

test('all keys that fit are reported, in whatever order', async (context) => {
  const service = await startService(context);
  service.setKeys('identities', [alice, { id: 'twin', key: alice.key }, bob]);
  const opened = await service.open('identities', containerFor(alice, 'a'));
  assert.deepEqual(opened.map(({ id }) => id).sort(), ['alice', 'twin']);
});

test('keys given before the start and after a restart are known', async (context) => {
  const service = new WorkerDecryptService({}, { log: nullLog });
  context.after(() => service.stop());
  service.setKeys('identities', [alice]);
  for (let round = 0; round < 2; round++) {
    await service.start();
    assert.equal((await service.open('identities', containerFor(alice, 'a'))).length, 1);
    await service.stop();
  }
});

test('malformed containers open nothing', async (context) => {
  const service = await startService(context);
  service.setKeys('identities', [alice]);
  const container = containerFor(alice, 'a');
  for (const bad of [NO_BYTES, new Uint8Array(500), container.subarray(1), deadly]) {
    assert.deepEqual(await service.open('identities', bad), []);
  }
});

test('only the container leaves the buffer that it is part of', async (context) => {
  const service = await startService(context);
  service.setKeys('identities', [alice]);
  const container = containerFor(alice, 'a');
  const buffer = new Uint8Array(container.length + 20);
  buffer.set(container, 10);
  const view = buffer.subarray(10, 10 + container.length);
  const opened = service.open('identities', view);
  buffer.fill(0); // The caller may use its buffer again at once.
  assert.equal((await opened).length, 1);
});

test('keys outside the range are left out, and never logged', async (context) => {
  const lines: string[] = [];
  const service = await startService(context, {}, recordingLog(lines));
  service.setKeys('identities', [{ id: 'zero', key: new Uint8Array(32) }, alice]);
  service.setKeys('short', [{ id: 'short', key: alice.key.slice(1) }]);
  assert.equal((await service.open('identities', containerFor(alice, 'a'))).length, 1);
  assert.equal(lines.length, 2);
  const text = lines.join();
  assert.ok(!text.includes(toHex(alice.key)) && !text.includes('zero'));
});

test('more than the allowed number of waiting containers are refused', async (context) => {
  const service = await startService(context, { maxPending: 2 });
  const container = containerFor(alice, 'a');
  const first = service.open('identities', container);
  const second = service.open('identities', container);
  await assert.rejects(service.open('identities', container), withCode('busy'));
  assert.deepEqual(await Promise.all([first, second]), [[], []]);
  assert.deepEqual(await service.open('identities', container), []);
});

test('stopping hands back what was not answered', async () => {
  const service = new WorkerDecryptService({}, { log: nullLog });
  await assert.rejects(service.open('identities', NO_BYTES), withCode('stopped'));
  await service.start();
  const rejected = assert.rejects(service.open('identities', NO_BYTES), withCode('stopped'));
  await service.stop();
  await rejected;
  await assert.rejects(service.open('identities', NO_BYTES), withCode('stopped'));
  await service.stop();
});

test('a container that kills the worker fails, the others are decrypted', async (context) => {
  const lines: string[] = [];
  const service = await startService(context, { workerFile: DYING }, recordingLog(lines));
  const [first, second] = [utf8('first'), utf8('second')];
  const before = service.open('identities', first);
  const killing = assert.rejects(service.open('identities', deadly), withCode('failed'));
  const after = service.open('identities', second);
  assert.deepEqual(await before, [{ id: 'echo', plaintext: first }]);
  await killing;
  assert.deepEqual(await after, [{ id: 'echo', plaintext: second }]);
  await assert.rejects(service.open('identities', deadly), withCode('failed'));
  assert.equal((await service.open('identities', second)).length, 1);
  assert.ok(lines.length > 0);
});

test('a worker that never comes up is given up, until the next start', async (context) => {
  const service = await startService(context, { workerFile: STILLBORN });
  const codes = await Promise.all(
    [1, 2, 3].map(() =>
      service.open('identities', NO_BYTES).then(
        () => undefined,
        (error: unknown) => error instanceof DecryptError && error.code,
      ),
    ),
  );
  assert.ok(codes.every((code) => code === 'failed' || code === 'broken'));
  assert.equal(codes.at(-1), 'broken');
  await assert.rejects(service.open('identities', NO_BYTES), withCode('broken'));
  await service.start();
  await service.stop();
  await assert.rejects(service.open('identities', NO_BYTES), withCode('stopped'));
});

for (const workers of [1, 3]) {
  test(`many containers and key sets at once, by ${workers} workers, one of which keeps dying`, async (context) => {
    const service = await startService(context, { workers, workerFile: DYING });
    const asked = Array.from({ length: 100 }, (_, n) => {
      const isDeadly = n % 45 === 20;
      const container = isDeadly ? deadly : utf8(`container ${n}`);
      return { isDeadly, container, opened: service.open(`set ${n % 30 < 15}`, container) };
    });
    const answers = await Promise.allSettled(asked.map(({ opened }) => opened));
    answers.forEach((answer, n) => {
      const { isDeadly = false, container = NO_BYTES } = asked[n] ?? {};
      if (isDeadly) assert.ok(answer.status === 'rejected' && withCode('failed')(answer.reason));
      else
        assert.ok(
          answer.status === 'fulfilled' &&
            equalBytes(answer.value[0]?.plaintext ?? NO_BYTES, container),
        );
    });
  });
}

test('each container gets its own answer, whichever worker and batch it was in', async (context) => {
  const service = await startService(context, { workers: 2 });
  const keys = Array.from({ length: 40 }, (_, n) => makeKey(`${n}`));
  service.setKeys('identities', keys);
  const texts = keys.flatMap((key, n) => {
    const nobody = makeKey('nobody');
    return n % 3 === 0 ? [nobody, key] : [key, nobody];
  });
  const opened = await Promise.all(
    texts.map((key) => service.open('identities', containerFor(key, key.id))),
  );
  assert.deepEqual(
    opened,
    texts.map(({ id }) => (id === 'nobody' ? [] : [{ id, plaintext: utf8(id) }])),
  );
});
