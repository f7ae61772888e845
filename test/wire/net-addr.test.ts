import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/properties.js';
import { fromHex, toHex } from '../../src/util/bytes.js';
import { WireError } from '../../src/wire/errors.js';
import {
  decodeHost,
  encodeHost,
  isGlobalHost,
  isPrivateHost,
  networkGroup,
  parseHost,
  readNetAddr,
  writeNetAddr,
} from '../../src/wire/net-addr.js';
import { Reader } from '../../src/wire/reader.js';
import { Writer } from '../../src/wire/writer.js';
import { bytesOf, checkRandomBytes, checkRoundTrip, checkTruncations } from '../support/codec.js';
import { vectorsOfType } from '../support/vectors.js';

describe('host bytes', () => {
  for (const vector of [...vectorsOfType('host'), ...vectorsOfType('host-long')]) {
    it(`encodes and decodes ${vector.name}`, () => {
      const host = vector['host'] as string;
      assert.equal(toHex(encodeHost(host)), vector['hex']);
      const text = decodeHost(fromHex(vector['hex'] as string));
      // One vector spells IPv6 with leading zeros and upper case; texts we make are short.
      assert.equal(text, host.toLowerCase().replace(/\b0+(?=[0-9a-f])/g, ''));
    });
  }

  it('reads every usual spelling of an address', () => {
    for (const [spelling, text] of [
      ['::ffff:1.2.3.4', '1.2.3.4'],
      ['::ffff:102:304', '1.2.3.4'],
      ['fe80::1%eth0', 'fe80::1'],
      ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
      ['::', '::'],
      ['1::', '1::'],
      ['QUZWELSUZIWQGPT2.ONION', 'quzwelsuziwqgpt2.onion'],
    ] as const) {
      assert.equal(decodeHost(encodeHost(spelling)), text);
    }
  });

  it('does not take other texts', () => {
    for (const text of [
      '',
      'example.org',
      '1.2.3',
      '1.2.3.256',
      '1:2',
      ':::',
      'short.onion',
      '.onion',
    ]) {
      assert.equal(parseHost(text), undefined);
      assert.throws(() => encodeHost(text), RangeError);
    }
  });

  it('keeps every 16 bytes, except that of IPv4-compatible only the bytes matter', () => {
    fc.assert(
      fc.property(bytesOf({ minLength: 16, maxLength: 16 }), (bytes) => {
        assert.deepEqual(encodeHost(decodeHost(bytes)), bytes);
      }),
    );
  });

  it('refuses other lengths and long hosts that are no onion', () => {
    assert.throws(() => decodeHost(new Uint8Array(15)), WireError);
    assert.throws(() => decodeHost(new Uint8Array(41)), WireError);
    checkRandomBytes(decodeHost, WireError, 45);
  });
});

/**
 * Where our judgement of a host differs from PyBitmessage's (wire.md's column "our node"): it takes
 * these for reachable by everybody, we do not.
 */
const GLOBAL_FOR_PYBITMESSAGE_ONLY = new Set([
  '0.0.0.0',
  '169.254.1.1',
  '224.0.0.1',
  '255.255.255.255',
  '2001:db8::1',
  '::',
  // Not an IP address: whether onion names are any use depends on the proxy.
  'quzwelsuziwqgpt2.onion',
]);

/** Loopback and link-local are private for us; PyBitmessage overlooks these two. */
const PRIVATE_FOR_US_ONLY = new Set(['169.254.1.1', '::1']);

describe('kinds of hosts', () => {
  for (const vector of vectorsOfType('hostcheck')) {
    const host = vector['host'] as string;
    it(`judges ${host}`, () => {
      const raw = fromHex(vector['raw'] as string);
      assert.deepEqual(encodeHost(host), raw);
      const global = vector['global_ok'] === true && !GLOBAL_FOR_PYBITMESSAGE_ONLY.has(host);
      assert.equal(isGlobalHost(host), global);
      assert.equal(
        isPrivateHost(host),
        vector['private'] === true || PRIVATE_FOR_US_ONLY.has(host),
      );
      if (global || vector['global_ok'] === false) {
        assert.equal(networkGroup(host), vector['network_group']);
      }
    });
  }

  it('knows where the ranges end', () => {
    for (const host of ['100.63.255.255', '100.128.0.0', '9.9.9.9', '11.0.0.1', '172.15.0.1']) {
      assert.ok(isGlobalHost(host), host);
    }
    for (const host of ['198.17.0.1', '198.20.0.1', '223.255.255.255', '2a00::1', '2001:db9::']) {
      assert.ok(isGlobalHost(host), host);
    }
    for (const host of ['100.64.0.1', '100.127.255.255', '198.19.0.1', '239.1.1.1', '250.0.0.1']) {
      assert.ok(!isGlobalHost(host), host);
    }
    for (const host of ['ff02::1', 'febf::1', 'fdff::1', '::1.2.3.4', '192.0.2.1', 'example.org']) {
      assert.ok(!isGlobalHost(host), host);
    }
  });

  it('does not call global what tunnels to a private address or to no host', () => {
    for (const host of ['2002:a00:1::1', '64:ff9b::a00:1', '100::1', 'fec0::1', '2001:0:1::1']) {
      assert.equal(isGlobalHost(host), false, host);
    }
    assert.equal(isGlobalHost('2002:102:304::1'), true);
  });

  it('groups by likely operator: IPv6 by /32, 6to4 by its IPv4 group, onion names alone', () => {
    assert.equal(networkGroup('2a01:4f8:1::1'), '2a0104f8');
    assert.equal(networkGroup('2a01:4f8:2::1'), '2a0104f8');
    assert.equal(networkGroup('2002:102:304::1'), networkGroup('1.2.3.4'));
    assert.equal(networkGroup('quzwelsuziwqgpt2.onion'), 'quzwelsuziwqgpt2.onion');
    assert.equal(networkGroup('::ffff:10.0.0.1'), 'IPv4');
    assert.equal(networkGroup('fe80::1'), 'IPv6');
  });
});

it('network addresses keep their values and refuse every cut', () => {
  const encode = (host: string): Uint8Array => {
    const writer = new Writer();
    writeNetAddr(writer, { services: 2n ** 64n - 1n, host, port: 65_535 });
    return writer.finish();
  };
  const decode = (bytes: Uint8Array): string => readNetAddr(new Reader(bytes)).host;
  checkRoundTrip(fc.ipV4(), encode, decode);
  checkTruncations(encode('1.2.3.4'), decode, WireError);
  const onion3 = `${'a'.repeat(55)}d.onion`;
  assert.throws(() => encode(onion3), RangeError);
});
