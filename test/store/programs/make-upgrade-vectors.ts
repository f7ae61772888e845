/**
 * Makes test/vectors/upgrades: for every commit that changed what is on disk, the databases and settings
 * that the program of that commit wrote. Run once after a migration was added and its name put at the end
 * of the list below:
 *
 *     npm run build && node dist/test/store/programs/make-upgrade-vectors.js
 *
 * What is there stays as it is. Old commits are checked out beside the tree and compiled with its
 * compiler; a process of its own fills their store with the rows of support/sample-rows.ts and writes
 * every option of their table.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type * as OptionTable from '../../../src/node/settings/option-table.js';
import type * as SettingsModule from '../../../src/node/settings/settings.js';
import type * as OpenStore from '../../../src/store/open-store.js';
import { nullLog } from '../../../src/util/log.js';
import { FakeClock } from '../../support/fake-clock.js';
import { addSampleRows } from '../../support/sample-rows.js';
import { tempDir } from '../../support/temp-store.js';
import { projectRoot } from '../../support/vectors.js';

/** Oldest first; the last is the working tree's own. */
const VERSIONS: readonly { name: string; commit?: string }[] = [
  { name: '1-two-databases', commit: 'eb540fe043ae518ea63b6b82d01753eca6183cb8' },
  { name: '2-no-hash-index', commit: '4387db2db0dea251905ab01ea115facf70985ebf' },
  { name: '3-processing', commit: 'c6d735c59005c4380b2f9d4f6d513663a984d0b4' },
  { name: '4-node-origin', commit: '036c32a19ebe6d105a046234c01ce5cbb8496ee7' },
  { name: '5-mailbox', commit: '7f0543e196c3f8df00b35eb97a6e8173c21ce11d' },
  { name: '6-object-table' },
];

const root = fileURLToPath(projectRoot);
const target = join(root, 'test', 'vectors', 'upgrades');

/** The `dist/src` of a commit, in a directory of its own. */
function build(commit: string): string {
  const tree = join(tempDir(), 'tree');
  execFileSync('git', ['worktree', 'add', '--detach', tree, commit], { cwd: root });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  const compiler = join(root, 'node_modules', 'typescript', 'lib', 'tsc.js');
  execFileSync(process.execPath, [compiler, '-p', 'src'], { cwd: tree, stdio: 'inherit' });
  return join(tree, 'dist', 'src');
}

/** Runs in a process of its own, with another program's modules. */
async function fill(program: string, dataDir: string): Promise<void> {
  const load = async (path: string): Promise<unknown> =>
    import(pathToFileURL(join(program, path)).href);
  const { openStore } = (await load('store/open-store.js')) as typeof OpenStore;
  const store = await openStore({ dataDir }, { log: nullLog, clock: new FakeClock() });
  await addSampleRows(store);
  await store.close();
  const table = (await load('node/settings/option-table.js')) as typeof OptionTable;
  const { Settings } = (await load('node/settings/settings.js')) as typeof SettingsModule;
  Settings.open({ dataDir }).setAll(
    table.OPTION_NAMES.map((name) => [name, valueOf(table.optionSpec(name))]),
  );
}

/** The default, or where that is none the lowest or first value that may be given. */
function valueOf(spec: ReturnType<typeof OptionTable.optionSpec>): string {
  if (spec.default !== '') return spec.default;
  return String(spec.range?.[0] ?? spec.choices?.[0] ?? '');
}

function make({ name, commit }: (typeof VERSIONS)[number]): void {
  const directory = join(target, name);
  if (existsSync(directory)) return;
  const program = commit === undefined ? join(root, 'dist', 'src') : build(commit);
  const dataDir = tempDir();
  execFileSync(process.execPath, [fileURLToPath(import.meta.url), program, dataDir], {
    stdio: 'inherit',
  });
  mkdirSync(directory, { recursive: true });
  for (const file of ['mail.db', 'network.db', 'settings.ini']) {
    const bytes = gzipSync(readFileSync(join(dataDir, file)), { level: 9 });
    writeFileSync(join(directory, `${file}.gz`), bytes);
  }
  rmSync(dataDir, { recursive: true });
  if (commit === undefined) return;
  const tree = join(program, '..', '..');
  execFileSync('git', ['worktree', 'remove', '--force', tree], { cwd: root });
  rmSync(join(tree, '..'), { recursive: true });
}

const [program, dataDir] = process.argv.slice(2);
if (program === undefined || dataDir === undefined) VERSIONS.forEach(make);
else await fill(program, dataDir);
