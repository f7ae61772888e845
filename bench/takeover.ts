/**
 * `npm run bench:takeover [MESSAGES] [IDENTITIES]`: makes a PyBitmessage directory of that size (default
 * 100,000 and 4,000) and imports it with bin/petrel, telling time and peak memory of that process.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publicKeyOf, randomPrivateKey } from '../src/crypto/curve.js';
import { encodeWif } from '../src/crypto/wif.js';
import { encodeAddress } from '../src/objects/address.js';
import { addressOf } from '../src/objects/identity-address.js';
import { projectRoot } from '../test/support/vectors.js';
import { createTempDir } from '../test/support/temp-dir.js';

const [messages = 100_000, identities = 4_000] = process.argv.slice(2).map(Number);
const BODY_BYTES = 1_000;
const SENT_SHARE = 0.2;

function makeKeys(path: string): string {
  const sections = ['[bitmessagesettings]\nsettingsversion = 10\n'];
  let first = '';
  for (let n = 0; n < identities; n++) {
    const [signing, encryption] = [randomPrivateKey(), randomPrivateKey()];
    const address = encodeAddress(addressOf(4, 1, publicKeyOf(signing), publicKeyOf(encryption)));
    if (n === 0) first = address;
    sections.push(
      `[${address}]\nlabel = identity ${n}\nenabled = true\ndecoy = false\n` +
        'noncetrialsperbyte = 1000\npayloadlengthextrabytes = 1000\n' +
        `privsigningkey = ${encodeWif(signing)}\nprivencryptionkey = ${encodeWif(encryption)}\n`,
    );
  }
  writeFileSync(path, sections.join('\n'));
  return first;
}

function makeMessages(path: string, address: string): void {
  const database = new DatabaseSync(path);
  const sent = Math.round(messages * SENT_SHARE);
  const numbers = (count: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  const text = (bytes: number): string => `CAST(randomblob(${bytes}) AS TEXT)`;
  const body = `hex(randomblob(${BODY_BYTES / 2}))`;
  database.exec(`
    CREATE TABLE inbox (msgid blob, toaddress text, fromaddress text, subject text, received text,
      message text, folder text, encodingtype int, read bool, sighash blob,
      UNIQUE(msgid) ON CONFLICT REPLACE);
    CREATE TABLE sent (msgid blob, toaddress text, toripe blob, fromaddress text, subject text,
      message text, ackdata blob, senttime integer, lastactiontime integer, sleeptill integer,
      status text, retrynumber integer, folder text, encodingtype int, ttl int);
    CREATE TABLE settings (key blob, value blob, UNIQUE(key) ON CONFLICT REPLACE);
    INSERT INTO settings VALUES ('version', '11');
    BEGIN;
    ${numbers(messages - sent)} INSERT INTO inbox SELECT ${text(32)}, '${address}', '${address}',
      'subject ' || i, '1795000000', ${body}, 'inbox', 2, i % 2, ${text(32)} FROM n;
    ${numbers(sent)} INSERT INTO sent SELECT ${text(32)}, '${address}', ${text(20)}, '${address}',
      'subject ' || i, ${body}, ${text(38)}, 1795000000, 1795000000, 0, 'ackreceived', 1, 'sent', 2,
      345600 FROM n;
    COMMIT`);
  database.close();
}

/** Peak resident memory of a running process, MiB; 0 where /proc is missing. */
function peakMiB(pid: number): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

const temp = createTempDir('petrel-bench');
try {
  const source = join(temp.path, 'PyBitmessage');
  mkdirSync(source);
  makeMessages(join(source, 'messages.dat'), makeKeys(join(source, 'keys.dat')));
  const size = statSync(join(source, 'messages.dat')).size / 1024 / 1024;
  console.log(`${messages} messages (${size.toFixed(0)} MiB), ${identities} identities`);
  const petrel = fileURLToPath(new URL('bin/petrel', projectRoot));
  for (const what of ['first', 'second']) {
    const startMs = performance.now();
    const args = ['import', source, '--data-dir', join(temp.path, 'petrel')];
    const child = spawn(petrel, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, peakMiB(child.pid ?? 0))), 50);
    const status = await new Promise((resolve) => child.once('close', resolve));
    clearInterval(timer);
    const seconds = (performance.now() - startMs) / 1000;
    console.log(
      `${what} import: ${seconds.toFixed(1)} s, ${peak.toFixed(0)} MiB at most, status ${String(status)}`,
    );
    console.log(
      out
        .split('\n')
        .filter((line) => /found/.test(line))
        .join('\n'),
    );
  }
} finally {
  temp.remove();
}
