/** The encrypted file: whatever was done to it is refused, and the error says where. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { BackupError, type BackupErrorCode } from '../../src/backup/backup-error.js';
import { HEADER_BYTES } from '../../src/backup/header.js';
import { deriveKeys, type Keys } from '../../src/backup/key.js';
import { encodeManifest, type Manifest } from '../../src/backup/manifest.js';
import { SealedReader } from '../../src/backup/sealed-reader.js';
import { SealedWriter } from '../../src/backup/sealed-writer.js';
import { encodeTarHeader, TAR_END, tarPadding } from '../../src/backup/tar.js';
import { unpack } from '../../src/backup/unpack.js';
import { fc } from '../support/properties.js';
import { bytesOf } from '../support/store-records.js';
import { tempDir } from '../support/temp-store.js';
import { createHash } from 'node:crypto';

const PASSPHRASE = 'correct horse battery staple';
const CHUNK_BYTES = 256;
const SEALED_BYTES = CHUNK_BYTES + 16;
/** scrypt at its lowest cost: tests open a file ten thousand times. */
const CHEAP = { costLog2: 14, chunkBytes: CHUNK_BYTES };

type Files = Readonly<Record<string, Uint8Array>>;
const SETTINGS = Buffer.from('[network]\n');
const FILES: Files = { 'settings.ini': SETTINGS, 'mail.db': Buffer.from(bytesOf(64, 1)) };

interface Parts {
  readonly files?: Files;
  readonly manifest?: Manifest;
  readonly tail?: Uint8Array;
}

function manifestOf(files: Files): Manifest {
  return {
    format: 1,
    petrel: '0.1.0',
    created: '2026-11-21T03:15:00.000Z',
    files: Object.entries(files).map(([name, bytes]) => ({
      name: name as 'mail.db',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
  };
}

function write(
  t: TestContext,
  { files = FILES, manifest = manifestOf(files), tail = TAR_END }: Parts = {},
): string {
  const path = join(tempDir(t), 'mail.backup');
  const writer = new SealedWriter(path, PASSPHRASE, CHEAP);
  for (const [name, bytes] of [
    ...Object.entries(files),
    ['manifest.json', encodeManifest(manifest)] as const,
  ]) {
    writer.write(encodeTarHeader({ name, size: bytes.length }, 0));
    writer.write(bytes);
    writer.write(new Uint8Array(tarPadding(bytes.length)));
  }
  writer.write(tail);
  assert.equal(writer.end(), readFileSync(path).length);
  return path;
}

/** The key of one file, derived once. */
function cachedKeys(): (passphrase: string, header: Parameters<typeof deriveKeys>[1]) => Keys {
  let keys: Keys | undefined;
  return (passphrase, header) => (keys ??= deriveKeys(passphrase, header));
}

function read(path: string, derive = deriveKeys, passphrase = PASSPHRASE): Record<string, Buffer> {
  const reader = new SealedReader({ path, passphrase, derive });
  const found: Record<string, Buffer> = {};
  let current = '';
  try {
    unpack(reader, {
      begin: (name) => void (found[(current = name)] = Buffer.alloc(0)),
      write: (bytes) =>
        void (found[current] = Buffer.concat([found[current] ?? Buffer.alloc(0), bytes])),
      end: () => undefined,
    });
  } finally {
    reader.close();
  }
  return found;
}

function refusal(path: string, derive = deriveKeys, passphrase = PASSPHRASE): BackupError {
  try {
    read(path, derive, passphrase);
  } catch (error) {
    assert.ok(error instanceof BackupError, String(error));
    assert.ok(error.message.includes(path), error.message);
    assert.doesNotMatch(error.message, /\n/);
    return error;
  }
  throw new assert.AssertionError({ message: 'it was accepted' });
}

const DAMAGE: readonly BackupErrorCode[] = [
  'not-a-backup',
  'damaged-header',
  'damaged-chunk',
  'truncated',
  'wrong-content',
];

describe('a sealed file', () => {
  it('gives back what was put in', (t) => {
    assert.deepEqual(read(write(t)), FILES);
  });

  it('tells a wrong passphrase from damage', (t) => {
    const path = write(t);
    assert.equal(
      refusal(path, deriveKeys, 'Correct horse battery staple').code,
      'wrong-passphrase',
    );
    assert.deepEqual(read(path, deriveKeys, PASSPHRASE), FILES);
  });

  it('takes an ü for the same, however it was typed', (t) => {
    const path = join(tempDir(t), 'x.backup');
    const writer = new SealedWriter(path, 'schl\u00fcssel', CHEAP);
    writer.end();
    new SealedReader({ path, passphrase: 'schlu\u0308ssel' }).close();
  });

  it('is refused at every length but its own, with the place of the end', (t) => {
    const path = write(t);
    const derive = cachedKeys();
    read(path, derive);
    for (let length = readFileSync(path).length - 1; length >= 0; length--) {
      truncateSync(path, length);
      const { code, offset = -1 } = refusal(path, derive);
      assert.ok(DAMAGE.includes(code), `${length}: ${code}`);
      // Of a chunk that was cut only its beginning is known.
      assert.ok(offset <= length && offset >= length - SEALED_BYTES, `${length}: ${offset}`);
    }
  });

  it('is refused with any bit turned, with the chunk that it is in', (t) => {
    const path = write(t);
    const derive = cachedKeys();
    read(path, derive);
    const whole = readFileSync(path);
    const file = openSync(path, 'r+');
    for (let at = 0; at < whole.length; at++) {
      const byte = whole[at] ?? 0;
      writeSync(file, Uint8Array.of(byte ^ (1 << (at % 8))), 0, 1, at);
      const { code, offset = -1 } = refusal(path, derive);
      if (at < HEADER_BYTES) {
        assert.ok(code === 'not-a-backup' || code === 'damaged-header', `${at}: ${code}`);
      } else {
        assert.equal(code, 'damaged-chunk', String(at));
        const chunk = Math.floor((at - HEADER_BYTES) / SEALED_BYTES);
        assert.equal(offset, HEADER_BYTES + chunk * SEALED_BYTES);
      }
      writeSync(file, Uint8Array.of(byte), 0, 1, at);
    }
    assert.deepEqual(read(path, derive), FILES);
  });

  it('is refused with chunks in another order, left out, or doubled', (t) => {
    const path = write(t);
    const derive = cachedKeys();
    read(path, derive);
    const whole = readFileSync(path);
    const chunk = (index: number): Buffer =>
      whole.subarray(HEADER_BYTES + index * SEALED_BYTES).subarray(0, SEALED_BYTES);
    const head = whole.subarray(0, HEADER_BYTES);
    const rest = whole.subarray(HEADER_BYTES + 2 * SEALED_BYTES);
    for (const parts of [
      [head, chunk(1), chunk(0), rest],
      [head, chunk(1), rest],
      [head, chunk(0), chunk(0), chunk(1), rest],
    ]) {
      writeFileSync(path, Buffer.concat(parts));
      assert.equal(refusal(path, derive).code, 'damaged-chunk');
    }
  });

  it('says that something was appended, and where', (t) => {
    // Tar's blocks fill the last chunk: its mark tells. A shorter one just does not decrypt.
    const short = write(t, { tail: new Uint8Array(CHUNK_BYTES * 4 + 10) });
    for (const [path, code] of [
      [write(t), 'appended'],
      [short, 'damaged-chunk'],
    ] as const) {
      const { length } = readFileSync(path);
      appendFileSync(path, 'x');
      const error = refusal(path);
      assert.equal(error.code, code);
      if (code === 'appended') assert.equal(error.offset, length);
    }
  });

  it('is refused when what is inside contradicts itself', (t) => {
    const other = { ...FILES, 'mail.db': Buffer.from('other') };
    const cases: [Parts, RegExp][] = [
      [{ manifest: manifestOf(other) }, /mail\.db in it is not what the manifest says/],
      [{ files: { 'settings.ini': SETTINGS }, manifest: manifestOf(FILES) }, /missing/],
      [{ manifest: manifestOf({ 'settings.ini': SETTINGS }) }, /does not name/],
      [{ files: { ...FILES, '../evil': Buffer.from('x') } }, /a file \.\.\/evil/],
      [{ tail: Buffer.from('more') }, /after the manifest/],
    ];
    for (const [parts, pattern] of cases) {
      const error = refusal(write(t, parts));
      assert.equal(error.code, 'wrong-content');
      assert.match(error.message, pattern);
    }
  });

  it('does not take other files for backups', (t) => {
    const path = join(tempDir(t), 'x');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        writeFileSync(path, bytes);
        assert.ok(DAMAGE.includes(refusal(path).code));
      }),
      { numRuns: 200 },
    );
  });
});
