import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { proxyLines } from '../../../src/cli/proxy-lines.js';
import { networkOptions } from '../../../src/node/node-settings.js';
import {
  readProxySettings,
  type ProxySettings,
} from '../../../src/node/settings/proxy-settings.js';
import { Settings } from '../../../src/node/settings/settings.js';
import { UserError } from '../../../src/util/errors.js';
import { tempDir } from '../../support/temp-store.js';

/** A version 3 name of 32 zero bytes, with its checksum. */
const ONION = `${'a'.repeat(51)}m2dqd.onion`;
const MAIN = 'bitmessagesettings';

type Given = Readonly<Record<string, string>>;

function open(t: TestContext, given: Given): Settings {
  const overrides = Object.entries(given).map(([name, value]): [string, string] => [
    name.includes('.') ? name : `${MAIN}.${name}`,
    value,
  ]);
  return Settings.open({ dataDir: tempDir(t), overrides });
}

function read(t: TestContext, given: Given): ProxySettings {
  return readProxySettings(open(t, given));
}

const TOR = { kind: 'SOCKS5', host: 'localhost', port: 9050, login: undefined };

describe('proxy settings', () => {
  it('are none by default', (t) => {
    const settings = read(t, {});
    const routes = { clear: undefined, onion: undefined, onionOnly: false };
    assert.deepEqual(settings, {
      routes,
      proxied: false,
      bindHosts: undefined,
      ownOnion: undefined,
    });
    assert.deepEqual(proxyLines(settings), []);
  });

  for (const type of ['SOCKS5', 'socks5', ' SOCKS5 ']) {
    it(`${JSON.stringify(type)}: everything through Tor, nothing listened on`, (t) => {
      const settings = read(t, { socksproxytype: type });
      assert.deepEqual(settings.routes, { clear: TOR, onion: TOR, onionOnly: false });
      assert.equal(settings.proxied, true);
      assert.deepEqual(settings.bindHosts, []);
      const line =
        'proxy: everything through SOCKS5 localhost:9050; nothing past it, no look-ups, not listening';
      assert.deepEqual(proxyLines(settings), [line]);
    });
  }

  it('reach the network layer', (t) => {
    const none = networkOptions(open(t, {}));
    assert.equal(none.listen, undefined);
    assert.equal(none.portFixed, false);
    const proxied = networkOptions(open(t, { socksproxytype: 'SOCKS4a' }));
    assert.equal(proxied.listen, false);
    assert.equal(proxied.proxied, true);
    assert.equal(proxied.proxies?.clear?.kind, 'SOCKS4a');
    const onion = networkOptions(open(t, { socksproxytype: 'SOCKS5', onionhostname: ONION }));
    assert.deepEqual(onion.bindHosts, ['127.0.0.1']);
    assert.equal(onion.listen, true);
    assert.equal(onion.portFixed, true, 'Tor is told the port');
    assert.deepEqual(onion.ownOnion, { host: ONION, port: 8444 });
  });

  it('know the login, and leave it out unless it is to be used', (t) => {
    const login = { socksusername: 'anna', sockspassword: 'pw' };
    const on = read(t, { socksproxytype: 'SOCKS5', socksauthentication: 'true', ...login });
    const given = on.routes.clear?.login;
    assert.deepEqual([given?.user, given?.password.reveal()], ['anna', 'pw']);
    assert.doesNotMatch(proxyLines(on).join(), /anna|pw/);
    const off = read(t, { socksproxytype: 'SOCKS5', ...login });
    assert.equal(off.routes.clear?.login, undefined);
  });

  it('listen although there is a proxy when told', (t) => {
    const all = read(t, { socksproxytype: 'SOCKS5', sockslisten: 'true' });
    assert.equal(all.bindHosts, undefined);
    assert.match(proxyLines(all).join(), /listening on all addresses/);
    const bind = { 'network.bind': '192.0.2.1' };
    const some = read(t, { socksproxytype: 'SOCKS5', sockslisten: 'true', ...bind });
    assert.deepEqual(some.bindHosts, ['192.0.2.1']);
    assert.deepEqual(read(t, { socksproxytype: 'SOCKS5', ...bind }).bindHosts, []);
  });

  it('listen for the own onion service on its address, and on others only when told', (t) => {
    const onion = {
      onionhostname: ONION.toUpperCase(),
      onionport: '8555',
      onionbindip: '127.0.0.5',
    };
    const bound = (given: Given): unknown => read(t, { ...onion, ...given }).bindHosts;
    assert.deepEqual(bound({ socksproxytype: 'SOCKS5' }), ['127.0.0.5']);
    assert.deepEqual(bound({ 'network.bind': '192.0.2.1' }), ['192.0.2.1', '127.0.0.5']);
    assert.deepEqual(bound({ 'network.bind': '0.0.0.0' }), ['0.0.0.0']);
    assert.equal(bound({}), undefined);
    assert.deepEqual(proxyLines(read(t, onion)), [`onion service: ${ONION}:8555`]);
  });

  it('may name another proxy for onion services, which does not get the login of the first', (t) => {
    const onion = {
      onionsocksproxytype: 'SOCKS5',
      'network.onionsockshostname': '127.0.0.1',
      'network.onionsocksport': '9150',
    };
    const own = { kind: 'SOCKS5', host: '127.0.0.1', port: 9150, login: undefined };
    const onlyOnion = read(t, onion);
    assert.deepEqual(onlyOnion.routes, { clear: undefined, onion: own, onionOnly: false });
    assert.equal(onlyOnion.proxied, false);
    const line = 'proxy: onion services through SOCKS5 127.0.0.1:9150; everything else directly';
    assert.deepEqual(proxyLines(onlyOnion), [line]);
    const login = { socksauthentication: 'true', socksusername: 'anna', sockspassword: 'pw' };
    const both = read(t, { ...onion, ...login, socksproxytype: 'SOCKS4a', sockshostname: '::1' });
    assert.deepEqual(both.routes.onion, own);
    assert.equal(both.routes.clear?.login?.user, 'anna');
    assert.match(
      proxyLines(both).join(),
      /everything through SOCKS4a \[::1\]:9050, onion services through SOCKS5 127\.0\.0\.1:9150; nothing/,
    );
    const defaults = read(t, { onionsocksproxytype: 'SOCKS5' });
    assert.deepEqual(defaults.routes.onion, TOR);
  });

  it('onion services only: nothing clear is dialled, resolved or listened on', (t) => {
    const settings = read(t, { onionservicesonly: 'true', onionsocksproxytype: 'SOCKS5' });
    assert.deepEqual(settings.routes, { clear: undefined, onion: TOR, onionOnly: true });
    assert.equal(settings.proxied, true);
    assert.deepEqual(settings.bindHosts, []);
  });

  const refused: readonly (readonly [Given, RegExp])[] = [
    [{ socksproxytype: 'stem' }, /socksproxytype=stem.*start Tor yourself/],
    [{ socksproxytype: 'SOCKS4' }, /none, SOCKS4a and SOCKS5/],
    [{ onionsocksproxytype: 'http' }, /onionsocksproxytype=http/],
    [{ socksproxytype: 'SOCKS5', sockshostname: '' }, /host and a port/],
    [{ socksproxytype: 'SOCKS5', socksport: '0' }, /host and a port/],
    [{ socksproxytype: 'SOCKS5', socksauthentication: 'true' }, /socksusername and sockspassword/],
    [
      {
        socksproxytype: 'SOCKS5',
        socksauthentication: 'true',
        socksusername: 'u',
        sockspassword: 'secret'.repeat(43),
      },
      /^(?!.*secret).*255 bytes/,
    ],
    [{ onionservicesonly: 'true' }, /through a proxy only/],
    [{ trustedpeer: `${ONION}:8444` }, /trustedpeer .*start Tor/],
    [
      { socksproxytype: 'SOCKS5', onionservicesonly: 'true', trustedpeer: '127.0.0.1:8444' },
      /is no onion service/,
    ],
    [{ onionhostname: 'example.org' }, /onionhostname=example\.org.*HiddenServiceDir/],
    [{ onionhostname: ONION.replace('aam2', 'aam3') }, /onionhostname/],
    [{ onionhostname: ONION, onionport: '0' }, /with a port/],
    [{ onionbindip: 'localhost' }, /onionbindip.*an IP address/],
  ];
  for (const [given, message] of refused) {
    it(`refuse ${JSON.stringify(given).slice(0, 80)}`, (t) => {
      assert.throws(
        () => read(t, given),
        (error) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
