import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { editDistance, nearestName } from '../../../src/node/settings/nearest.js';
import { nearestValue, valueHint } from '../../../src/node/settings/nearest-value.js';
import { formatPeerAddress, parsePeerAddress } from '../../../src/node/settings/peer-address.js';
import { OPTION_NAMES, OPTIONS } from '../../../src/node/settings/option-table.js';
import { valueProblem } from '../../../src/node/settings/option-spec.js';
import { EXIT_CONFIG, SettingError } from '../../../src/node/settings/setting-error.js';
import { Settings, type SettingsOptions } from '../../../src/node/settings/settings.js';
import { UserError } from '../../../src/util/errors.js';
import { fc } from '../../support/properties.js';

function temporaryDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'petrel-settings-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const open = (options: Partial<SettingsOptions> = {}): Settings =>
  Settings.open({ dataDir: '/nonexistent/petrel', ...options });

function userError(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, message);
    assert.ok(!error.message.includes('\n'));
    return true;
  });
}

test('every option has a default of its own type, and a name in lower case', () => {
  for (const name of OPTION_NAMES) {
    const spec = OPTIONS[name];
    assert.equal(valueProblem(spec, spec.default), undefined, name);
    assert.match(name, /^[a-z]+\.[a-z0-9]+$/);
    assert.ok(spec.explanation.length > 10 && !spec.explanation.includes('\n'), name);
  }
});

test('command line beats environment beats file beats default', (t) => {
  const dataDir = temporaryDir(t);
  writeFileSync(
    join(dataDir, 'settings.ini'),
    '[bitmessagesettings]\nport = 1001\nttl=1002\nmaxcores: 3\n',
  );
  const settings = open({
    dataDir,
    environment: {
      PETREL_SET_BITMESSAGESETTINGS_PORT: '2001',
      PETREL_SET_BITMESSAGESETTINGS_TTL: '2002',
      HOME: '/root',
    },
    overrides: [
      ['bitmessagesettings.port', '1'],
      ['BitmessageSettings.Port', '3001'],
    ],
  });
  assert.equal(settings.integer('bitmessagesettings.port'), 3001);
  assert.equal(settings.integer('bitmessagesettings.ttl'), 2002);
  assert.equal(settings.optionalNumber('bitmessagesettings.maxcores'), 3);
  assert.equal(settings.integer('network.dandelion'), 90);
  assert.deepEqual(
    (
      [
        'bitmessagesettings.port',
        'bitmessagesettings.ttl',
        'bitmessagesettings.maxcores',
        'network.dandelion',
      ] as const
    ).map((name) => [settings.origin(name), settings.isFixed(name)]),
    [
      ['option', true],
      ['environment', true],
      ['file', false],
      ['default', false],
    ],
  );
});

test('reads each type', () => {
  const settings = open({
    overrides: [
      ['bitmessagesettings.trustedpeer', '127.0.0.1:8444,[::1]:8445 , example.org:1'],
      ['network.bind', '127.0.0.1 ::1'],
      ['bitmessagesettings.sendoutgoingconnections', 'Off'],
      ['privacy.ackdelay', '0.5'],
      ['bitmessagesettings.maxoutboundconnections', '0'],
      ['bitmessagesettings.maxacceptablenoncetrialsperbyte', '0'],
    ],
  });
  assert.deepEqual(settings.list('bitmessagesettings.trustedpeer'), [
    '127.0.0.1:8444',
    '[::1]:8445',
    'example.org:1',
  ]);
  assert.deepEqual(settings.list('network.bind'), ['127.0.0.1', '::1']);
  assert.equal(settings.boolean('bitmessagesettings.sendoutgoingconnections'), false);
  assert.equal(settings.real('privacy.ackdelay'), 0.5);
  assert.equal(settings.integer('bitmessagesettings.maxoutboundconnections'), 8);
  assert.equal(
    settings.integer('bitmessagesettings.maxacceptablenoncetrialsperbyte'),
    20_000_000_000,
  );
  assert.equal(settings.optionalNumber('bitmessagesettings.maxcores'), undefined);
  assert.equal(settings.text('bitmessagesettings.apivariant'), 'xml');
  assert.throws(() => settings.integer('bitmessagesettings.maxcores'), TypeError);
});

test('an unknown option is refused with the nearest known one', () => {
  const set = (name: string) => () => open({ overrides: [[name, '1']] });
  userError(
    set('bitmessagesettings.apiprot'),
    /bitmessagesettings\.apiprot.* bitmessagesettings\.apiport$/,
  );
  userError(set('network.port'), /bitmessagesettings\.port$/);
  userError(set('dandelion'), /network\.dandelion$/);
  userError(
    () => open({ environment: { PETREL_SET_NETWORK_DANDELON: '1' } }),
    /PETREL_SET_NETWORK_DANDELON: unknown.* network\.dandelion$/,
  );
});

test('a wrong value is refused with the option, the value and what is allowed', () => {
  const set = (name: string, value: string) => () => open({ overrides: [[name, value]] });
  userError(
    set('bitmessagesettings.port', '65536'),
    /bitmessagesettings\.port=65536: must be a whole number from 0 to 65535/,
  );
  userError(set('bitmessagesettings.port', '8444x'), /8444x/);
  userError(set('bitmessagesettings.port', ''), /must be a whole number/);
  userError(set('network.dandelion', '1.5'), /whole number/);
  userError(set('bitmessagesettings.apivariant', 'jsn'), /xml, json, legacy/);
  userError(set('bitmessagesettings.apienabled', 'maybe'), /true or false/);
  userError(set('bitmessagesettings.trustedpeer', '1.2.3.4:1,nonsense'), /HOST:PORT/);
  userError(set('bitmessagesettings.maxoutboundconnections', '9'), /from 1 to 8/);
  userError(() => open({ environment: { PETREL_OFFLINE: 'maybe' } }), /PETREL_OFFLINE=maybe/);
});

test('a wrong value in the file names the file; options that are only kept are not judged', (t) => {
  const dataDir = temporaryDir(t);
  const path = join(dataDir, 'settings.ini');
  writeFileSync(path, '[bitmessagesettings]\nport = abc\n');
  userError(
    () => open({ dataDir }),
    /settings\.ini:2: bitmessagesettings\.port = abc: must be .*; the default is 8444$/,
  );
  writeFileSync(path, '[bitmessagesettings]\nnamecoinrpcport = abc\nttl\n');
  userError(() => open({ dataDir }), /settings\.ini:3: this line is neither/);
  writeFileSync(
    path,
    '[bitmessagesettings]\nnamecoinrpcport = abc\nudp = TRUE\nunknwon = 1\nsmtp = x\n\n[BM-2cX]\nlabel = 100%\n[tor]\nkey=1\n',
  );
  const settings = open({ dataDir });
  assert.deepEqual(settings.keptOptions(), ['bitmessagesettings.namecoinrpcport']);
  assert.deepEqual(
    settings.unknownOptions().map(({ name }) => name),
    ['bitmessagesettings.unknwon', 'bitmessagesettings.smtp'],
  );
  settings.set('bitmessagesettings.port', 9);
  assert.match(
    readFileSync(path, 'utf8'),
    /unknwon = 1\nsmtp = x\nport = 9\n\n\[BM-2cX\]\nlabel = 100%\n\[tor\]\nkey=1\n$/,
  );
});

test('set writes through, with mode 0600, and leaves no temporary file', (t) => {
  const dataDir = temporaryDir(t);
  const settings = open({ dataDir, overrides: [['bitmessagesettings.port', '5']] });
  settings.set('bitmessagesettings.port', 7);
  assert.equal(settings.integer('bitmessagesettings.port'), 7);
  settings.set('bitmessagesettings.apipassword', '50% [of] "é"');
  assert.deepEqual(readdirSync(dataDir), ['settings.ini']);
  assert.equal(statSync(join(dataDir, 'settings.ini')).mode & 0o777, 0o600);
  const again = open({ dataDir });
  assert.equal(again.integer('bitmessagesettings.port'), 7);
  assert.equal(again.text('bitmessagesettings.apipassword'), '50% [of] "é"');
  userError(
    () => settings.set('bitmessagesettings.port', 70_000),
    /bitmessagesettings\.port=70000/,
  );
  userError(
    () => settings.set('bitmessagesettings.apipassword', 'geheim ; x'),
    /^bitmessagesettings\.apipassword=\(hidden\)/,
  );
});

test('persist writes what other programs look for, and takes group and world off the file', (t) => {
  const dataDir = temporaryDir(t);
  const path = join(dataDir, 'settings.ini');
  const settings = open({ dataDir, overrides: [['bitmessagesettings.apiport', '5']] });
  settings.persist(['bitmessagesettings.apiport', 'bitmessagesettings.apiinterface']);
  assert.match(
    readFileSync(path, 'utf8'),
    /\n\[bitmessagesettings\]\napiport = 5\napiinterface = 127\.0\.0\.1\n$/,
  );
  assert.equal(settings.isFixed('bitmessagesettings.apiport'), true);
  chmodSync(path, 0o644);
  const before = statSync(path).mtimeMs;
  settings.persist(['bitmessagesettings.apiport']);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(path).mtimeMs, before);
});

test('a settings file that cannot be written or read is one line', (t) => {
  const dataDir = temporaryDir(t);
  userError(
    () => open({ dataDir: join(dataDir, 'absent') }).set('network.dandelion', 1),
    /cannot write .*settings\.ini/,
  );
  mkdirSync(join(dataDir, 'settings.ini'));
  userError(() => open({ dataDir }), /cannot read .*settings\.ini/);
});

test('test mode changes defaults only', () => {
  const testMode = ['bitmessagesettings.extralowdifficulty', 'true'] as const;
  const settings = open({ overrides: [testMode, ['privacy.keyanswerdelay', '3']] });
  assert.equal(settings.integer('bitmessagesettings.defaultnoncetrialsperbyte'), 10);
  assert.equal(settings.integer('bitmessagesettings.defaultpayloadlengthextrabytes'), 10);
  assert.equal(settings.real('network.announcedelay'), 0);
  assert.equal(settings.real('privacy.ackdelay'), 0);
  assert.equal(settings.real('privacy.keyanswerdelay'), 3);
  assert.equal(settings.boolean('network.antiintersection'), false);
  assert.equal(settings.integer('network.dandelion'), 90);
  assert.equal(open().real('privacy.ackdelay'), 30);
  assert.equal(open().boolean('network.antiintersection'), true);
});

test('PETREL_OFFLINE is the option network.offline', () => {
  assert.equal(open().boolean('network.offline'), false);
  assert.equal(open({ environment: { PETREL_OFFLINE: '1' } }).boolean('network.offline'), true);
  assert.equal(open({ environment: { PETREL_OFFLINE: '' } }).boolean('network.offline'), false);
});

test('peers are host:port, IPv6 in brackets', () => {
  assert.deepEqual(parsePeerAddress(' [2001:db8::1]:8444'), { host: '2001:db8::1', port: 8444 });
  assert.deepEqual(parsePeerAddress('x.onion:80'), { host: 'x.onion', port: 80 });
  for (const wrong of [
    '',
    'a',
    'a:',
    ':1',
    'a:0',
    'a:65536',
    '::1:80',
    '[a]:1',
    '[::1]',
    'a b:1',
  ]) {
    assert.equal(parsePeerAddress(wrong), undefined, wrong);
  }
  assert.equal(formatPeerAddress({ host: '::1', port: 1 }), '[::1]:1');
  assert.equal(formatPeerAddress({ host: 'a.b', port: 1 }), 'a.b:1');
});

test('edit distance counts insertions, removals and replacements', () => {
  assert.equal(editDistance('kitten', 'sitting'), 3);
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(
    nearestName('bitmessagesettings.dandelion', ['bitmessagesettings.daemon', 'network.dandelion']),
    'network.dandelion',
  );
});

test('the nearest right value is one, whatever was given', () => {
  const near = (name: keyof typeof OPTIONS, text: string): string | undefined =>
    nearestValue(OPTIONS[name], text);
  assert.equal(near('bitmessagesettings.port', '70000'), '65535');
  assert.equal(near('bitmessagesettings.port', '8444x'), '8444');
  assert.equal(near('bitmessagesettings.port', '-1'), '0');
  assert.equal(near('bitmessagesettings.ttl', '367,200 s'), '367200');
  assert.equal(near('bitmessagesettings.ttl', '12.6'), '300');
  assert.equal(near('privacy.ackdelay', '2.5s'), '2.5');
  assert.equal(near('bitmessagesettings.apivariant', 'JSN'), 'json');
  assert.equal(near('bitmessagesettings.apivariant', 'protobuf'), undefined);
  assert.equal(near('bitmessagesettings.apienabled', 'ture'), 'true');
  assert.equal(near('bitmessagesettings.apienabled', 'perhaps'), undefined);
  assert.equal(valueHint(OPTIONS['bitmessagesettings.port'], 'http'), '; the default is 8444');
  assert.equal(valueHint(OPTIONS['network.bind'], 'here'), '');
  fc.assert(
    fc.property(fc.constantFrom(...OPTION_NAMES), fc.string({ maxLength: 12 }), (name, text) => {
      const found = nearestValue(OPTIONS[name], text);
      if (found !== undefined) assert.equal(valueProblem(OPTIONS[name], found), undefined);
    }),
    { numRuns: 2_000 },
  );
});

test('every value says where it is from, the file by its line', (t) => {
  const dataDir = temporaryDir(t);
  const path = join(dataDir, 'settings.ini');
  writeFileSync(
    path,
    '# top\n\n[network]\ndandelion = 1\n[bitmessagesettings]\nport=1\nttl = 300\nport = 2\n',
  );
  const settings = open({
    dataDir,
    environment: { PETREL_OFFLINE: 'yes', PETREL_SET_BITMESSAGESETTINGS_TTL: '400' },
    overrides: [
      ['bitmessagesettings.udp', 'true'],
      ['bitmessagesettings.trustedpeer', '127.0.0.1:8444', '--trusted-peer'],
    ],
  });
  assert.equal(settings.place('network.dandelion'), `${path}:4`);
  assert.equal(settings.place('bitmessagesettings.port'), `${path}:8`, 'the last one counts');
  assert.equal(settings.place('network.offline'), 'PETREL_OFFLINE');
  assert.equal(settings.place('bitmessagesettings.ttl'), 'PETREL_SET_BITMESSAGESETTINGS_TTL');
  assert.equal(settings.place('bitmessagesettings.udp'), '--set');
  assert.equal(settings.place('bitmessagesettings.trustedpeer'), '--trusted-peer');
  assert.equal(settings.place('bitmessagesettings.apiport'), 'default');
  settings.set('bitmessagesettings.ttl', 500);
  assert.equal(settings.place('bitmessagesettings.ttl'), `${path}:7`);
  const both = { PETREL_OFFLINE: '1', PETREL_SET_NETWORK_OFFLINE: '0' };
  assert.equal(open({ environment: both }).boolean('network.offline'), false);
});

test('all that is wrong can be looked at together, and then does not count', (t) => {
  const dataDir = temporaryDir(t);
  const path = join(dataDir, 'settings.ini');
  writeFileSync(
    path,
    '[bitmessagesettings]\nport = x\nnonsense\nttl = 400\n[netwrok]\nbind = ::1\n',
  );
  const { settings, problems } = Settings.inspect({
    dataDir,
    environment: { PETREL_SET_NETWORK_DANDELION: '101', PETREL_SET_X: '1' },
    overrides: [['bitmessagesettings.apiport', '-1']],
  });
  assert.deepEqual(
    problems.map(({ message }) => message.replace(/;.*/, '')),
    [
      `${path}:3: this line is neither [section] nor "option = value"`,
      'PETREL_SET_NETWORK_DANDELION=101: must be a whole number from 0 to 100 (percent)',
      'PETREL_SET_X: unknown option',
      '--set bitmessagesettings.apiport=-1: must be a whole number from 0 to 65535',
      `${path}:2: bitmessagesettings.port = x: must be a whole number from 0 to 65535`,
    ],
  );
  assert.ok(problems.every((problem) => problem instanceof SettingError));
  assert.ok(problems.every(({ exitCode }) => exitCode === EXIT_CONFIG));
  assert.equal(settings.integer('bitmessagesettings.port'), 8444);
  assert.equal(settings.place('bitmessagesettings.port'), 'default');
  assert.equal(settings.integer('bitmessagesettings.apiport'), 8442);
  assert.equal(settings.integer('bitmessagesettings.ttl'), 400);
  assert.deepEqual(settings.unknownOptions(), [
    { name: 'netwrok.bind', place: `${path}:6`, nearest: 'network.bind' },
  ]);
  settings.set('bitmessagesettings.port', 5);
  assert.equal(settings.integer('bitmessagesettings.port'), 5);
  mkdirSync(join(dataDir, 'other', 'settings.ini'), { recursive: true });
  const broken = Settings.inspect({ dataDir: join(dataDir, 'other') });
  assert.match(broken.problems[0]?.message ?? '', /^cannot read .*settings\.ini/);
  assert.equal(broken.settings.integer('bitmessagesettings.port'), 8444);
});
