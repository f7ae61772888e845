/** `petrel config`: what people and service managers see of the settings. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runProgram } from '../../src/cli/program.js';
import { OPTION_NAMES } from '../../src/node/settings/option-table.js';
import { tempDir } from '../support/temp-store.js';

interface Answer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

class Home {
  readonly dataHome: string;
  readonly dataDir: string;
  readonly file: string;

  constructor(t: TestContext) {
    this.dataHome = join(tempDir(t), 'data home');
    this.dataDir = join(this.dataHome, 'petrel');
    this.file = join(this.dataDir, 'settings.ini');
  }

  async config(args: readonly string[], environment: Record<string, string> = {}): Promise<Answer> {
    let [out, err] = ['', ''];
    const status = await runProgram(['config', ...args], {
      environment: { XDG_DATA_HOME: this.dataHome, ...environment },
      out: (text) => (out += text),
      err: (text) => (err += text),
    });
    return { status, out, err };
  }

  write(text: string): void {
    mkdirSync(this.dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(this.file, text, { mode: 0o600 });
  }
}

const CONFIG_STATUS = 78;

describe('petrel config print', () => {
  it('shows every option, and where its value is from', async (t) => {
    const home = new Home(t);
    const all = await home.config(['print']);
    assert.deepEqual([all.status, all.err], [0, '']);
    assert.deepEqual(
      all.out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' = ')[0]),
      OPTION_NAMES,
    );
    assert.equal(existsSync(home.dataHome), false, 'nothing is written');
    home.write('[bitmessagesettings]\nttl = 400\nport = 1\napiport = 2\nudp = true\n');
    const { out } = await home.config(
      [
        ...['print', '--show-origin', '--changed', '--offline'],
        ...['--set', 'bitmessagesettings.port=3'],
      ],
      { PETREL_SET_BITMESSAGESETTINGS_APIPORT: '4' },
    );
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/ +# /, ' # ')),
      [
        `# data directory: ${home.dataDir} (XDG_DATA_HOME)`,
        `bitmessagesettings.ttl = 400 # ${home.file}:2`,
        'bitmessagesettings.port = 3 # --set',
        `bitmessagesettings.udp = true # ${home.file}:5`,
        'bitmessagesettings.apiport = 4 # PETREL_SET_BITMESSAGESETTINGS_APIPORT',
        'network.offline = true # --offline',
      ],
    );
    const some = await home.config(['print', '--show-origin', 'dandelion']);
    assert.match(some.out, /\nnetwork\.dandelion = 90 +# default\n$/);
    const dir = join(home.dataHome, 'other');
    const named = await home.config(['print', '--show-origin', 'dandelion'], {
      PETREL_DATA_DIR: dir,
    });
    assert.ok(named.out.startsWith(`# data directory: ${dir} (PETREL_DATA_DIR)\n`));
  });

  it('shows secrets as stars unless asked', async (t) => {
    const home = new Home(t);
    home.write('[bitmessagesettings]\napipassword = geheim\n');
    for (const args of [
      ['print'],
      ['print', '--json'],
      ['get', 'bitmessagesettings.apipassword'],
    ]) {
      const { out } = await home.config(args);
      assert.doesNotMatch(out, /geheim/);
      assert.match(out, /\*{8}/);
      const open = await home.config([...args, '--show-secrets']);
      assert.match(open.out, /geheim/);
    }
    const wrong = await home.config(['set', 'bitmessagesettings.apipassword', 'geheim ; x']);
    assert.doesNotMatch(wrong.out + wrong.err, /geheim/);
  });

  it('is JSON when asked', async (t) => {
    const home = new Home(t);
    const { out } = await home.config(['print', '--json', 'bitmessagesettings.ttl'], {
      PETREL_SET_BITMESSAGESETTINGS_TTL: '500',
    });
    assert.deepEqual(JSON.parse(out), {
      dataDir: home.dataDir,
      dataDirOrigin: 'XDG_DATA_HOME',
      file: home.file,
      options: [
        {
          name: 'bitmessagesettings.ttl',
          value: '500',
          origin: 'environment',
          place: 'PETREL_SET_BITMESSAGESETTINGS_TTL',
          default: '367200',
          type: 'integer',
          unit: 'seconds',
          use: 'used',
          secret: false,
          explanation: 'Life of sent mail when the sender does not say.',
        },
      ],
    });
  });

  it('leaves wrong values out, and says so', async (t) => {
    const home = new Home(t);
    home.write('[bitmessagesettings]\nport = x\nttl = 1\n');
    const { status, out, err } = await home.config(['print', 'bitmessagesettings.port']);
    assert.deepEqual([status, out], [CONFIG_STATUS, 'bitmessagesettings.port = 8444\n']);
    assert.match(
      err,
      /^petrel: not counted: .*settings\.ini:3: .*ttl.* \(and 1 more: petrel config/,
    );
    const unknown = await home.config(['print', 'apiprot']);
    assert.equal(unknown.status, CONFIG_STATUS);
    assert.match(unknown.err, /unknown option; the nearest is bitmessagesettings\.apiport/);
  });
});

describe('petrel config check', () => {
  it('ends with 0 when a start can follow', async (t) => {
    const home = new Home(t);
    const none = await home.config(['check']);
    assert.deepEqual([none.status, none.err], [0, '']);
    assert.equal(existsSync(home.dataHome), false, 'nothing is written');
    home.write('[bitmessagesettings]\nprot = 1\n');
    const odd = await home.config(['check']);
    assert.equal(odd.status, 0);
    assert.match(
      odd.out,
      /^warning: .*settings\.ini:2: .*prot.*\nthe settings of .*1 warning\)\n$/,
    );
    const strict = await home.config(['check', '--strict']);
    assert.equal(strict.status, CONFIG_STATUS);
  });

  it('ends with 78 when it cannot, and names each reason', async (t) => {
    const home = new Home(t);
    home.write('[network]\ndandelion = 101\n');
    const environment = { PETREL_LOG_LEVEL: 'loud', PETREL_SET_NETWORK_DANDELON: '1' };
    const { status, out, err } = await home.config(['check'], environment);
    assert.equal(status, CONFIG_STATUS);
    assert.match(err, /^petrel: 3 errors, 0 warnings in the settings of .*\n$/);
    assert.match(out, /^error: .*settings\.ini:2: .*dandelion = 101.* the nearest is 100$/m);
    assert.match(out, /^error: PETREL_LOG_LEVEL=loud: must be .*trace/m);
    assert.match(out, /^error: PETREL_SET_NETWORK_DANDELON: unknown.*network\.dandelion$/m);
    const json = await home.config(['check', '--json'], environment);
    assert.equal(json.status, CONFIG_STATUS);
    const { errors, findings } = JSON.parse(json.out) as { errors: number; findings: unknown[] };
    assert.deepEqual([errors, findings.length], [3, 3]);
  });

  it('looks at the directory', { skip: process.platform === 'win32' }, async (t) => {
    const home = new Home(t);
    home.write('');
    chmodSync(home.file, 0o644);
    const open = await home.config(['check']);
    assert.equal(open.status, 0);
    assert.match(
      open.out,
      /^warning: other users can read .*settings\.ini \(0644\); the next start/,
    );
    assert.equal(statSync(home.file).mode & 0o777, 0o644, 'nothing is changed');
    writeFileSync(join(home.dataDir, 'a letter'), '');
    chmodSync(home.dataDir, 0o777);
    const writable = await home.config(['check']);
    assert.equal(writable.status, CONFIG_STATUS);
    assert.match(writable.out, /^error: other users can write to /);
    const nowhere = join(home.dataHome, 'not', 'there');
    const missing = await home.config(['check', '--data-dir', nowhere]);
    assert.equal(missing.status, CONFIG_STATUS);
    assert.match(missing.out, /^error: .*there cannot be made: .*not does not exist/);
  });
});

describe('petrel config set, get and unset', () => {
  it('write settings.ini and nothing else', async (t) => {
    const home = new Home(t);
    const set = await home.config(
      ['set', 'Bitmessagesettings.Port', '8555', 'network.dandelion', '80'],
      { PETREL_SET_BITMESSAGESETTINGS_TTL: '400' },
    );
    assert.equal(set.status, 0, set.err);
    assert.match(set.out, /settings\.ini:\d+: bitmessagesettings\.port = 8555\n/);
    assert.equal(statSync(home.dataDir).mode & 0o777, 0o700);
    assert.equal(statSync(home.file).mode & 0o777, 0o600);
    assert.doesNotMatch(readFileSync(home.file, 'utf8'), /ttl/, 'the environment stays outside');
    assert.equal((await home.config(['get', 'bitmessagesettings.port'])).out, '8555\n');
    const unset = await home.config(['unset', 'bitmessagesettings.port', 'bitmessagesettings.ttl']);
    assert.match(unset.out, /removed bitmessagesettings\.port; the default is 8444\n.*not have/);
    assert.equal((await home.config(['get', 'bitmessagesettings.port'])).out, '8444\n');
  });

  it('refuse what is wrong, and what does not go with the rest', async (t) => {
    const home = new Home(t);
    const text = '[bitmessagesettings]\nsocksproxytype = none\nport = x\n';
    home.write(text);
    const refused: readonly (readonly [string[], RegExp])[] = [
      [['bitmessagesettings.ttl', '12'], /ttl=12: must be .*; the nearest is 300\n$/],
      [['bitmessagesettings.tll', '400'], /unknown option; the nearest is bitmessagesettings\.ttl/],
      [['bitmessagesettings.ttl'], /OPTION VALUE/],
    ];
    for (const [args, message] of refused) {
      const { status, err } = await home.config(['set', ...args]);
      assert.equal(status, CONFIG_STATUS);
      assert.match(err, message);
      assert.equal(readFileSync(home.file, 'utf8'), text);
    }
    const repaired = await home.config(['set', 'bitmessagesettings.port', '8555']);
    assert.equal(repaired.status, 0, repaired.err);
    const onion = ['bitmessagesettings.onionservicesonly', 'true'];
    const alone = await home.config(['set', ...onion]);
    assert.equal(alone.status, CONFIG_STATUS);
    assert.match(alone.err, /onionservicesonly.*set socksproxytype.*nothing is changed\n$/);
    const proxy = ['bitmessagesettings.socksproxytype', 'SOCKS5'];
    assert.equal((await home.config(['set', ...onion, ...proxy])).status, 0);
    assert.equal((await home.config(['check'])).status, 0);
  });
});

describe('petrel config help', () => {
  it('explains one option, lists several, and helps with its commands', async (t) => {
    const home = new Home(t);
    const { out } = await home.config(['help', 'bitmessagesettings.ttl']);
    assert.match(
      out,
      /whole number from 300 to 2419200, seconds\n.*367200\n.*PETREL_SET_BITMESSAGE/s,
    );
    assert.match((await home.config(['help', 'dandelion'])).out, /percent/);
    const several = await home.config(['help', 'onion']);
    assert.match(several.out, /onionservicesonly\n {4}Connect.*\n.*onionhostname\n/);
    assert.match((await home.config(['help', 'print'])).out, /^Usage: petrel config print/);
    const all = (await home.config(['help'])).out;
    for (const name of OPTION_NAMES) assert.ok(all.includes(`${name}\n`), name);
  });
});
