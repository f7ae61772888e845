/** PyBitmessage directories for tests: recorded ones, read here by other means than Petrel's own. */
import { DatabaseSync } from '@photostructure/sqlite';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { IniFile } from '../../src/node/settings/ini-file.js';
import { Settings } from '../../src/node/settings/settings.js';
import { openStore } from '../../src/store/open-store.js';
import { importDirectory, type Target } from '../../src/takeover/import.js';
import type { TakeoverReport } from '../../src/takeover/report.js';
import { displayText } from '../../src/util/bytes.js';
import { nullLog } from '../../src/util/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { tempDir } from '../support/temp-store.js';
import { projectRoot } from '../support/vectors.js';

/** Just after the samples were recorded, unix seconds: their objects have not expired. */
export const RECORDED_S = 1_795_200_800;

export const SAMPLES = ['A', 'B', 'D'] as const;

/** A copy of a recorded directory that the test may change. */
export function sampleDir(t: TestContext, name: (typeof SAMPLES)[number]): string {
  const directory = join(tempDir(t), 'PyBitmessage');
  cpSync(
    fileURLToPath(new URL(`test/vectors/pybitmessage-datadirs/${name}`, projectRoot)),
    directory,
    {
      recursive: true,
    },
  );
  return directory;
}

export interface TestTarget extends Target {
  readonly dataDir: string;
  import(sourceDir: string): Promise<TakeoverReport>;
  /** Closes the store; the directory stays until the test ends. */
  close(): Promise<void>;
}

export async function openTarget(t: TestContext, dataDir = tempDir(t)): Promise<TestTarget> {
  const clock = new FakeClock(RECORDED_S);
  const store = await openStore({ dataDir }, { log: nullLog, clock });
  t.after(() => store.close());
  const settings = Settings.open({ dataDir });
  const target = { store, settings };
  return {
    ...target,
    dataDir,
    import: (sourceDir) => importDirectory({ sourceDir, copyParent: dataDir }, { target, clock }),
    close: () => store.close(),
  };
}

/** All rows of a table as SQLite has them: storage class and bytes in hex of every column. */
export function rawRows(directory: string, table: string): Record<string, string>[] {
  const database = new DatabaseSync(join(directory, 'messages.dat'), { readOnly: true });
  try {
    const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(table);
    const select = (columns as { name: string }[])
      .map(({ name }) => `typeof(${name}) || ' ' || hex(CAST(${name} AS BLOB)) AS ${name}`)
      .join(', ');
    const sql = `SELECT ${select} FROM ${table} ORDER BY rowid`;
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...(row as Record<string, string>) }));
  } finally {
    database.close();
  }
}

/** Runs statements on the directory's messages.dat. */
export function changeMessages(directory: string, sql: string): void {
  const database = new DatabaseSync(join(directory, 'messages.dat'));
  database.exec(sql);
  database.close();
}

/** Every section of a keys.dat with its options. */
export function keysOf(directory: string): Record<string, Record<string, string>> {
  const file = IniFile.parse(readFileSync(join(directory, 'keys.dat')));
  return Object.fromEntries(
    file
      .sections()
      .map((section) => [
        section,
        Object.fromEntries(
          file.options(section).map((option) => [option, file.get(section, option) ?? '']),
        ),
      ]),
  );
}

/** The value of one of {@link rawRows}'s columns. */
export function bytesIn(value: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(value?.split(' ')[1] ?? '', 'hex'));
}

export function textIn(value: string | undefined): string {
  return displayText(bytesIn(value));
}
