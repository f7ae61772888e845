import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressRanges, parseAddressRange, plainAddress } from '../../src/util/address-ranges.js';
import { fc } from '../support/properties.js';

function ranges(...texts: string[]): AddressRanges {
  return new AddressRanges(
    texts.map((text) => {
      const range = parseAddressRange(text);
      assert.ok(range, text);
      return range;
    }),
  );
}

test('reads addresses and networks, and nothing else', () => {
  assert.deepEqual(parseAddressRange(' 192.0.2.1 '), {
    address: '192.0.2.1',
    family: 'ipv4',
    prefix: 32,
  });
  assert.deepEqual(parseAddressRange('2001:db8::/32')?.prefix, 32);
  assert.deepEqual(parseAddressRange('::ffff:10.0.0.1')?.family, 'ipv4');
  for (const wrong of ['', '/', 'a', '10.0.0/8', '10.0.0.0/33', '::/129', '10.0.0.1/', '1/8/8']) {
    assert.equal(parseAddressRange(wrong), undefined, wrong);
  }
});

test('knows what is in them', () => {
  const some = ranges('127.0.0.1', '10.1.0.0/16', '2001:db8:1::/48', '::1');
  for (const inside of ['127.0.0.1', '::ffff:127.0.0.1', '10.1.255.3', '2001:db8:1::5', '::1']) {
    assert.equal(some.has(inside), true, inside);
  }
  for (const outside of ['127.0.0.2', '10.2.0.1', '2001:db8:2::1', '::2', '', 'localhost']) {
    assert.equal(some.has(outside), false, outside);
  }
  assert.equal(ranges('0.0.0.0/0').has('192.0.2.7'), true);
  assert.equal(ranges('0.0.0.0/0').has('::1'), false);
  assert.equal(new AddressRanges([]).has('127.0.0.1'), false);
});

test('every address is in the networks of its first bits, whatever their length', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
      const own = ranges(`${address}/${prefix}`);
      assert.equal(own.has(address), true);
      assert.equal(own.has(`::ffff:${address}`), true);
    }),
  );
  assert.equal(plainAddress('::FFFF:1.2.3.4'), '1.2.3.4');
});
