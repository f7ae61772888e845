/** Everything that `petrel config check` finds in the settings themselves. */
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { checkSettings } from '../../../src/node/settings/settings-check.js';
import { tempDir } from '../../support/temp-store.js';

type Environment = Readonly<Record<string, string>>;

function check(t: TestContext, file: string, environment: Environment = {}): string[] {
  const dataDir = tempDir(t);
  writeFileSync(join(dataDir, 'settings.ini'), file);
  return checkSettings({ dataDir, environment }).findings.map(
    ({ severity, message }) => `${severity}: ${message.replace(dataDir, 'DIR')}`,
  );
}

const MAIN = '[bitmessagesettings]\n';

describe('checking the settings', () => {
  it('finds nothing in none, and in right ones', (t) => {
    assert.deepEqual(checkSettings({ dataDir: '/nonexistent/petrel' }).findings, []);
    const foreign = { PETREL_PORT: 'tcp://10.0.0.1:8442', PETREL_SERVICE_HOST: '10.0.0.1' };
    assert.deepEqual(check(t, `${MAIN}port = 8555\nsmtpd = true\n`, foreign), []);
  });

  it('names place, option and nearest right one of all that is wrong, errors first', (t) => {
    const found = check(t, `${MAIN}port = 84440\nprot = 1\nnonsense\n[Network]\nbind = ::1\n`, {
      PETREL_OFLINE: '1',
      PETREL_SET_NETWORK_OFLINE: '1',
    });
    assert.deepEqual(found, [
      'error: DIR/settings.ini:4: this line is neither [section] nor "option = value"; correct that line or move the file away',
      'error: PETREL_SET_NETWORK_OFLINE: unknown option; the nearest is network.offline',
      'error: DIR/settings.ini:2: bitmessagesettings.port = 84440: must be a whole number from 0 to 65535; the nearest is 65535',
      'warning: DIR/settings.ini:3: bitmessagesettings.prot: unknown option, kept without use; the nearest is bitmessagesettings.port',
      'warning: DIR/settings.ini:6: Network.bind: unknown option, kept without use; the nearest is network.bind',
      'warning: PETREL_OFLINE: unknown variable, not used; the nearest is PETREL_OFFLINE',
    ]);
  });

  it('never shows a secret', (t) => {
    const found = check(
      t,
      `${MAIN}socksproxytype = SOCKS5\nsocksauthentication = true\nsockspassword = geheim\n`,
    );
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /^error: DIR\/settings\.ini:3: .*socksauthentication=true needs/);
    assert.doesNotMatch(found.join(), /geheim/);
  });

  it('finds what contradicts each other', (t) => {
    const [stem] = check(t, `${MAIN}socksproxytype = stem\n`);
    assert.match(stem ?? '', /^error: DIR\/settings\.ini:2: .*socksproxytype=stem.*set SOCKS5/);
    const [only] = check(t, '', { PETREL_SET_BITMESSAGESETTINGS_ONIONSERVICESONLY: 'true' });
    assert.match(only ?? '', /^error: PETREL_SET_BITMESSAGESETTINGS_ONIONSERVICESONLY: .*SOCKS5/);
  });

  const odd: readonly (readonly [string, RegExp])[] = [
    ['extralowdifficulty = true', /:2: .*extralowdifficulty=true: the network does not take/],
    [
      'trustedpeer = 127.0.0.1:1\nsendoutgoingconnections = false',
      /:3: .*sendoutgoingconnections=false: the trusted peers are not/,
    ],
    [
      'stopresendingafterxdays = 3',
      /:2: .*xdays=3: nothing ever stops unless stopresendingafterxmonths/,
    ],
    ['stopresendingafterxmonths = 3', /:2: .*xmonths=3: nothing .*stopresendingafterxdays/],
    ['port = 8442', /^warning: bitmessagesettings\.apiport=8442: bitmessagesettings\.port is the/],
    ['apiinterface = 0.0.0.0', /:2: .*apiinterface=0\.0\.0\.0: passwords cross .*tls-proxy/],
    ['apitrustedproxies = 10.0.0.1, 0.0.0.0/0', /:2: .*everybody can say to be anybody/],
    ['apinotifypath = /nonexistent', /:2: .*no program that may be run/],
    ['apinotifypath = ./hook', /:2: .*found only from the directory/],
  ];
  for (const [lines, message] of odd) {
    it(`warns of ${lines.replaceAll('\n', ', ')}`, (t) => {
      const found = check(t, `${MAIN}${lines}\n`);
      assert.equal(found.length, 1, found.join());
      assert.match(found[0] ?? '', message);
    });
  }

  it('has nothing against them where they make sense', (t) => {
    const dataDir = tempDir(t);
    const program = join(dataDir, 'hook');
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
    const lines = [
      ...['extralowdifficulty = true', 'trustedpeer = 127.0.0.1:1', 'apinotifypath = notify-me'],
      ...['stopresendingafterxdays = 3', 'stopresendingafterxmonths = 0'],
    ];
    assert.deepEqual(check(t, `${MAIN}${lines.join('\n')}\n`), []);
    assert.deepEqual(check(t, `${MAIN}apinotifypath = ${program}\n`), []);
    assert.deepEqual(check(t, `${MAIN}apienabled = false\napiinterface = 0.0.0.0\n`), []);
  });
});
