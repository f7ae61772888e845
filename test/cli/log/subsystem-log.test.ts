/** Which lines are written, and what stands in them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LogRoot, SubsystemLog } from '../../../src/cli/log/subsystem-log.js';
import { LEVEL_NUMBERS, type LevelChanges } from '../../../src/util/log-levels.js';
import { Redactor } from '../../../src/util/redactor.js';
import { Secret } from '../../../src/util/secret.js';
import { FakeClock } from '../../support/fake-clock.js';

interface Written {
  readonly level: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

const WIF = '5JvnKKDwbjTNvEJCRwgMwvWoB1cGoAh2ZiJPR9bWGdXCoStPgiS';

function setUp(levels: LevelChanges, { whole = false } = {}) {
  const lines: Written[] = [];
  const clock = new FakeClock();
  const sink = (level: number, fields: Written['fields'], message: string): void =>
    void lines.push({ level, fields, message });
  const root = new LogRoot({ levels, redactor: whole ? undefined : new Redactor(), sink, clock });
  return { lines, clock, root, log: new SubsystemLog(root) };
}

describe('levels', () => {
  it('are those of the subsystem, and change for loggers that exist already', () => {
    const { lines, root, log } = setUp({ level: 'info', subsystems: { network: 'debug' } });
    const [network, mail] = [log.child({ layer: 'network' }), log.child({ layer: 'mail' })];
    const peer = network.child({ peer: 7 });
    const all = (): void => [log, mail, peer].forEach((one) => one.debug({ a: 1 }, 'text'));
    all();
    assert.deepEqual(lines, [
      { level: 20, fields: { layer: 'network', peer: 7, a: 1 }, message: 'text' },
    ]);
    root.change({ subsystems: { network: 'silent', mail: 'trace' } });
    peer.error('not seen');
    all();
    assert.deepEqual(lines.slice(1), [
      { level: 20, fields: { layer: 'mail', a: 1 }, message: 'text' },
    ]);
    root.change({ level: 'warn' });
    assert.deepEqual(new Set(Object.values(root.levels())), new Set(['warn']));
  });

  it('of what names no layer are those of the node', () => {
    const { lines, log } = setUp({ level: 'error', subsystems: { node: 'info' } });
    log.child({ peer: 1 }).info('seen');
    assert.equal(lines.length, 1);
  });
});

describe('fields', () => {
  it('hide who is who at info and above, and show it to whoever asks for more', () => {
    const { lines, root, log } = setUp({ level: 'info' });
    const mail = log.child({ layer: 'mail' });
    const fields = {
      to: 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK',
      host: 'example.org',
      peer: { ip: ['192.0.2.7'] },
      error: new Error('connect ECONNREFUSED 192.0.2.7:8444'),
    };
    mail.info(fields, 'to 192.0.2.7');
    const hidden = JSON.stringify(lines);
    assert.doesNotMatch(hidden, /Snwj|example|192\.0/);
    assert.match(hidden, /BM-2cW…#[\da-f]{6}.*host#.*ip#.*ECONNREFUSED ip#[\da-f]{6}:8444.*to ip#/);
    assert.doesNotMatch(hidden, /at .*subsystem-log/); // The stack.
    root.change({ subsystems: { mail: 'debug' } });
    mail.info(fields, 'to 192.0.2.7');
    const whole = JSON.stringify(lines[1]);
    assert.match(whole, /Snwj.*example\.org.*192\.0\.2\.7.*to 192\.0\.2\.7/);
    assert.match(whole, /at .*subsystem-log/);
  });

  it('show who is who at every level when that is wished', () => {
    const { lines, root, log } = setUp({ level: 'warn' }, { whole: true });
    log.warn({ host: 'example.org' }, 'of 192.0.2.7');
    assert.deepEqual(lines, [
      { level: 40, fields: { host: 'example.org' }, message: 'of 192.0.2.7' },
    ]);
    assert.equal(root.showsAddresses, true);
  });

  it('never hold a secret, at no level', () => {
    const { lines, log } = setUp({ level: 'trace' }, { whole: true });
    const error = new Error(`bad key ${WIF} of http://anna:horse@localhost/`);
    const cause = new Error(`__cookie__:c0ffee`);
    log.trace(
      {
        login: { user: 'anna', password: 'horse', apiPassword: 'horse', sessionToken: 'horse' },
        secret: new Secret('horse'),
        nested: [{ deep: new Secret('horse'), passphrase: 'horse' }],
        subject: 'horse',
        body: 'horse',
        key: Uint8Array.of(222, 173),
        map: new Map([['password', 'horse']]),
        error: Object.assign(error, { cause }),
        wif: WIF,
        header: 'Basic aG9yc2U6aG9yc2U=',
        path: '/#login=horse-token_1',
        cookies: 'petrel_session_8442=horse',
      },
      `took ${WIF}, see #login=horse2`,
    );
    const text = JSON.stringify(lines);
    assert.doesNotMatch(text, /horse|5Jvn|222|c0ffee|aG9y/);
    assert.match(text, /anna/);
    assert.match(text, /bad key \*\*\*/);
  });

  it('are bounded, whatever somebody puts in', () => {
    const { lines, log } = setUp({ level: 'trace' });
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    log.error(
      {
        userAgent: 'x'.repeat(100_000),
        many: Array.from({ length: 10_000 }, (_, i) => i),
        wide: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`f${i}`, i])),
        loop,
        big: 5n,
        nothing: undefined,
        run: () => 1,
      },
      'y'.repeat(100_000),
    );
    const text = JSON.stringify(lines);
    assert.ok(text.length < 6_000, `${text.length}`);
    assert.match(text, /9950 more/);
    assert.match(text, /"big":"5"/);
  });
});

describe('a flood of like lines', () => {
  it('is cut to a burst and a line every two seconds, and counted', async () => {
    const { lines, clock, log } = setUp({ level: 'info' });
    const network = log.child({ layer: 'network' });
    for (let n = 0; n < 1_000; n++) network.warn({ n }, 'peer fault');
    assert.equal(lines.length, 50);
    network.warn('something else');
    assert.equal(lines.length, 51);
    await clock.advance(30_000);
    assert.equal(lines.length, 52);
    assert.deepEqual(lines[51], {
      level: 40,
      fields: { layer: 'network', leftOut: 950 },
      message: 'peer fault (950 more like it within 30 s)',
    });
    for (let n = 0; n < 1_000; n++) network.warn({ n }, 'peer fault');
    assert.equal(lines.length, 52 + 15);
    assert.equal(clock.timers, 1);
  });

  it('is told of at the end as well', () => {
    const { lines, root, clock, log } = setUp({ level: 'info' });
    for (let n = 0; n < 51; n++) log.info('again');
    root.flush();
    assert.match(lines[50]?.message ?? '', /^again \(1 more/);
    root.flush();
    assert.equal(lines.length, 51);
    assert.equal(clock.timers, 0);
  });

  it('of ever new texts ends as well', () => {
    const { lines, log } = setUp({ level: 'info' });
    for (let n = 0; n < 10_000; n++) log.info(`status: ${n}`);
    assert.equal(lines.length, 550);
  });

  it('may be larger where somebody is looking', async () => {
    const { lines, clock, log } = setUp({ level: 'debug' });
    for (let n = 0; n < 5_000; n++) log.debug({ n }, 'detail');
    assert.equal(lines.length, 1_000);
    await clock.advance(1_000);
    for (let n = 0; n < 5_000; n++) log.debug({ n }, 'detail');
    assert.equal(lines.length, 1_100);
  });

  it('costs nothing when the level is above it', () => {
    const { lines, clock, log } = setUp({ level: 'warn' });
    for (let n = 0; n < 5_000; n++) log.debug({ n }, 'detail');
    assert.deepEqual([lines, clock.timers], [[], 0]);
    assert.equal(LEVEL_NUMBERS.silent > LEVEL_NUMBERS.error, true);
  });
});
