import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listen } from '../../src/network/listen.js';
import { freePort } from '../support/free-port.js';
import { UserError } from '../../src/util/errors.js';

const HOST = ['127.0.0.1'];

function nobody(): void {
  assert.fail('nobody connects');
}

describe('listen', () => {
  it('takes another port when the wanted one is taken', async () => {
    const first = await listen({ hosts: HOST, port: 0, portFixed: false }, nobody);
    const second = await listen({ hosts: HOST, port: first.port, portFixed: false }, nobody);
    assert.notEqual(second.port, first.port);
    assert.ok(second.port >= 32_767);
    await Promise.all([first.close(), second.close()]);
  });

  it('says so when a fixed port is taken', async () => {
    const port = await freePort();
    const first = await listen({ hosts: HOST, port, portFixed: true }, nobody);
    await assert.rejects(
      listen({ hosts: HOST, port: first.port, portFixed: true }, nobody),
      (error: Error) => error instanceof UserError && error.message.includes(String(first.port)),
    );
    await first.close();
    const again = await listen({ hosts: HOST, port: first.port, portFixed: true }, nobody);
    assert.equal(again.port, first.port);
    await again.close();
  });

  it('listens on several addresses, on one port', async () => {
    const hosts = ['127.0.0.1', '127.0.0.2'];
    const listener = await listen({ hosts, port: 0, portFixed: false }, nobody);
    await assert.rejects(
      listen({ hosts: ['127.0.0.2'], port: listener.port, portFixed: true }, nobody),
    );
    await listener.close();
    await listener.close();
  });

  it('says so when an address is not one of this machine', async () => {
    await assert.rejects(
      listen({ hosts: ['192.0.2.1'], port: 0, portFixed: false }, nobody),
      UserError,
    );
  });
});
