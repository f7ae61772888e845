import assert from 'node:assert/strict';
import { readFileSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { changeMessages, openTarget, sampleDir } from './data-dirs.js';

/** Messages enough for some hundred pages of the file. */
function manyMessages(t: TestContext, count = 2000): string {
  const source = sampleDir(t, 'D');
  changeMessages(
    source,
    `DELETE FROM inbox;
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
     INSERT INTO inbox SELECT CAST(randomblob(32) AS TEXT), 'BM-to', 'BM-from', 'subject ' || i,
       '1795000000', hex(randomblob(200)), 'inbox', 2, 0, CAST(randomblob(32) AS TEXT) FROM n`,
  );
  return source;
}

describe('a damaged messages.dat', () => {
  it('gives what is left of it when it was cut off', async (t) => {
    const source = manyMessages(t);
    const file = join(source, 'messages.dat');
    truncateSync(file, Math.floor(statSync(file).size * 0.6));
    const target = await openTarget(t);
    const report = await target.import(source);
    const count = await target.store.inbox.count();
    t.diagnostic(`cut to 60 %: ${count} of 2000 messages`);
    assert.ok(count > 800 && count < 2000, String(count));
    assert.match(report.notes.join('\n'), /is damaged/);
    assert.match(report.problems.join('\n'), /inbox: a row cannot be read any more/);
    assert.equal(report.tally('identities').taken, 2);
  });

  it('gives the rest when pages in the middle are overwritten', async (t) => {
    const source = manyMessages(t);
    const file = join(source, 'messages.dat');
    const bytes = readFileSync(file);
    const pageSize = bytes.readUInt16BE(16);
    const pages = bytes.length / pageSize;
    for (const part of [0.4, 0.5, 0.6]) {
      const page = Math.floor(pages * part);
      bytes.fill(0xa5, page * pageSize, (page + 1) * pageSize);
    }
    writeFileSync(file, bytes);
    const target = await openTarget(t);
    const report = await target.import(source);
    const count = await target.store.inbox.count();
    t.diagnostic(`three pages lost: ${count} of 2000 messages`);
    assert.ok(count > 1900, String(count));
    assert.ok(report.notes.length > 0);
  });

  it('gives what is behind a wide gap of deleted rows', async (t) => {
    const source = manyMessages(t);
    changeMessages(source, 'UPDATE inbox SET rowid = rowid + 1000000 WHERE rowid > 1000');
    const file = join(source, 'messages.dat');
    const bytes = readFileSync(file);
    const pageSize = bytes.readUInt16BE(16);
    const page = Math.floor((bytes.length / pageSize) * 0.3);
    bytes.fill(0xa5, page * pageSize, (page + 1) * pageSize);
    writeFileSync(file, bytes);
    const target = await openTarget(t);
    await target.import(source);
    const count = await target.store.inbox.count();
    t.diagnostic(`one page lost before a gap: ${count} of 2000 messages`);
    assert.ok(count > 1900, String(count));
  });

  it('never ends the import, whichever bit is flipped', async (t) => {
    const source = sampleDir(t, 'D');
    const file = join(source, 'messages.dat');
    const whole = readFileSync(file);
    const target = await openTarget(t);
    let readable = 0;
    const ROUNDS = 60;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Buffer.from(whole);
      // Spread over the file, and every byte of its header's first part once in a while.
      const at = round % 4 === 0 ? round : Math.floor((bytes.length * round) / ROUNDS);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
      writeFileSync(file, bytes);
      const report = await target.import(source);
      assert.equal(report.tally('identities').present + report.tally('identities').taken, 2);
      if (!report.problems.some((line) => line.includes('beyond reading'))) readable++;
    }
    t.diagnostic(`${readable} of ${ROUNDS} files could be read`);
    assert.ok(readable > ROUNDS * 0.7);
  });

  it('of other bytes is left, and the identities are taken', async (t) => {
    const source = sampleDir(t, 'D');
    writeFileSync(join(source, 'messages.dat'), 'x'.repeat(5000));
    const target = await openTarget(t);
    const report = await target.import(source);
    assert.match(report.problems.join('\n'), /messages.dat: damaged beyond reading/);
    assert.equal(report.tally('identities').taken, 2);
  });
});

describe('a keys.dat', () => {
  const good = 'BM-2cU7CofkMo7XQRG7SEXiwe9injETqpcBCX';

  async function imported(t: TestContext, change: (text: string) => string) {
    const source = sampleDir(t, 'D');
    const path = join(source, 'keys.dat');
    writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');
    const target = await openTarget(t);
    const report = await target.import(source);
    return { report, identities: await target.store.identities.list(), target };
  }

  it('with CRLF and a byte order mark is read', async (t) => {
    const { identities, report } = await imported(
      t,
      (text) => `\xef\xbb\xbf${text.replaceAll('\n', '\r\n')}`,
    );
    assert.equal(identities.length, 2);
    assert.deepEqual(report.problems, []);
  });

  it('with a wrong checksum, foreign keys or a missing one loses only those', async (t) => {
    const cases: [RegExp, string, RegExp][] = [
      [/5Kconv/, '5Kconw', /checksum of the key is wrong/],
      [
        /5KconvmgPSu\w+/,
        '5KSUUsVBhRNQPRR2NW3VwdsLDTAoQJNwkfUPHtuNFUr7ZodjCYE',
        /belong to another/,
      ],
      [/privsigningkey = 5Kc\w+\n/, '', /private key is missing/],
      [/\[BM-2cU7/, '[BM-2cU8', /not an address \(checksumfailed\)/],
      [/\[BM-2cU7\w+\]/, '[BM-2cU7', /a line is neither/],
    ];
    for (const [pattern, by, problem] of cases) {
      const { identities, report, target } = await imported(t, (text) => text.replace(pattern, by));
      assert.match(report.problems.join('\n'), problem);
      assert.ok(identities.every(({ address }) => address !== good));
      const kept = readFileSync(join(target.dataDir, 'pybitmessage-settings.ini'), 'latin1');
      assert.equal(kept.includes('5Jsw8KjCZ2nNWAo4sbMiDNBkRywMyfB2ztSsiwDy9Qkt8n4zbHG'), true);
    }
  });

  it('of before protocol 3 is rescaled, and knows every option of an identity', async (t) => {
    const { identities } = await imported(t, (text) =>
      text
        .replace('settingsversion = 10', 'settingsversion = 9')
        .replace(
          'noncetrialsperbyte = 1000\npayloadlengthextrabytes = 1000',
          'noncetrialsperbyte = 1000\npayloadlengthextrabytes = 28000',
        )
        .replace(
          'label = addr A',
          'label = \xe9 100%% ; gone\ngateway = mailchuck\nmailinglist = true\nmailinglistname = M\ndontsendack = 1\nenabled = off',
        )
        .replace('enabled = true\ndecoy', 'decoy')
        .replace('lastpubkeysendtime = 1795200545', ''),
    );
    const [identity] = identities;
    assert.ok(identity);
    assert.deepEqual(identity.label, Uint8Array.from(Buffer.from('\xe9 100%', 'latin1')));
    assert.deepEqual([identity.nonceTrialsPerByte, identity.payloadLengthExtraBytes], [3125, 2000]);
    assert.ok(identity.mailingList && identity.dontSendAck && !identity.enabled);
    assert.equal(identity.extra['gateway'], 'mailchuck');
    assert.equal(identity.lastPubkeySendS, 1);
  });
});
