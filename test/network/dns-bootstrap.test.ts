import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveBootstrapNames, type NameResolver } from '../../src/network/dns-bootstrap.js';
import { FakeClock } from '../support/fake-clock.js';

describe('bootstrap by DNS', () => {
  it('takes all public addresses of both names, of both families', async () => {
    const resolver: NameResolver = {
      resolve4: (name) =>
        Promise.resolve(name.includes('8080') ? ['5.9.1.1', '10.0.0.1', '5.9.1.1'] : ['5.8.1.1']),
      resolve6: (name) =>
        name.includes('8080')
          ? Promise.resolve(['2a01:4f8::1', '::1'])
          : Promise.reject(new Error('no such record')),
      cancel: () => undefined,
    };
    const found = await resolveBootstrapNames(new FakeClock(), resolver);
    assert.deepEqual(
      found.sort((a, b) => (a.host < b.host ? -1 : 1)),
      [
        { host: '2a01:4f8::1', port: 8080 },
        { host: '5.8.1.1', port: 8444 },
        { host: '5.9.1.1', port: 8080 },
      ],
    );
  });

  it('takes a bounded number of addresses', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `5.9.${index >> 8}.${index % 256}`);
    const resolver: NameResolver = {
      resolve4: () => Promise.resolve(many),
      resolve6: () => Promise.resolve([]),
      cancel: () => undefined,
    };
    assert.equal((await resolveBootstrapNames(new FakeClock(), resolver)).length, 64);
  });

  it('gives up on a name server that does not answer', async () => {
    const clock = new FakeClock();
    let giveUp: (error: Error) => void = () => undefined;
    const never = new Promise<string[]>((_, reject) => (giveUp = reject));
    const resolver: NameResolver = {
      resolve4: () => never,
      resolve6: () => never,
      cancel: () => giveUp(new Error('cancelled')),
    };
    const found = resolveBootstrapNames(clock, resolver);
    await clock.advance(10_000);
    assert.deepEqual(await found, []);
  });
});
