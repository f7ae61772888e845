/** `petrel import`: takes a PyBitmessage data directory over. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Settings } from '../../node/settings/settings.js';
import { openStore } from '../../store/open-store.js';
import { importDirectory } from '../../takeover/import.js';
import type { TakeoverReport } from '../../takeover/report.js';
import { findSourceDir, surroundingsOf, usualPlaces } from '../../takeover/source-dir.js';
import { systemClock } from '../../util/clock.js';
import { UserError } from '../../util/errors.js';
import { chooseDataDir, makeParents, type DataDirChoice } from '../data-dir.js';
import { createLog } from '../log-output.js';
import type { CommandContext } from '../program.js';
import { ProgressBar } from '../progress-bar.js';
import { printReport } from '../takeover-report.js';

interface ImportOptions {
  dataDir?: string;
  dryRun?: boolean;
}

const HELP = `
Without DIR: BITMESSAGE_HOME, else PyBitmessage's usual place on this system. Nothing is written there.
What Petrel has already stays as it is: a second run adds only what is new.`;

export function addImportCommand(program: Command, context: CommandContext): void {
  program
    .command('import')
    .description('take over identities, mail and settings of a PyBitmessage')
    .argument('[dir]', 'data directory of the PyBitmessage: where its keys.dat is')
    .option('--data-dir <dir>', "directory of Petrel's settings and mail")
    .option('--dry-run', 'only tell what an empty data directory would take')
    .addHelpText('after', HELP)
    .action((dir: string | undefined, options: ImportOptions) => runImport(dir, options, context));
}

async function runImport(
  dir: string | undefined,
  options: ImportOptions,
  context: CommandContext,
): Promise<void> {
  const sourceDir = resolve(dir ?? foundDir(context));
  const choice = chooseDataDir(options.dataDir, context.environment);
  const { print } = context;
  print(`from: ${sourceDir}`);
  print(options.dryRun ? 'into: nothing is written (--dry-run)' : `into: ${choice.path}`);
  const bar = new ProgressBar();
  const onProgress = bar.show.bind(bar);
  try {
    const report = options.dryRun
      ? await importDirectory(
          { sourceDir, copyParent: tmpdir(), onProgress },
          { target: undefined, clock: systemClock },
        )
      : await importInto(choice, sourceDir, onProgress);
    bar.end();
    printReport(report, print);
    if (options.dryRun) print('dry run: nothing was taken');
    else print('done; petrel start runs the node, the PyBitmessage directory is as it was');
  } finally {
    bar.end();
  }
}

/** The lock on the data directory keeps a running Petrel and the import apart. */
async function importInto(
  { path, isDefault }: DataDirChoice,
  sourceDir: string,
  onProgress: (what: string, done: number, total: number) => void,
): Promise<TakeoverReport> {
  if (!existsSync(sourceDir)) throw new UserError(`${sourceDir} does not exist`);
  if (isDefault) makeParents(path);
  const log = createLog('warn');
  const store = await openStore({ dataDir: path }, { log, clock: systemClock });
  try {
    const settings = Settings.open({ dataDir: path });
    return await importDirectory(
      { sourceDir, copyParent: path, onProgress },
      { target: { store, settings }, clock: systemClock },
    );
  } finally {
    await store.close();
  }
}

function foundDir({ environment }: CommandContext): string {
  const surroundings = surroundingsOf(environment);
  const found = findSourceDir(surroundings);
  if (found !== undefined) return found;
  const places = usualPlaces(surroundings).join(', ');
  throw new UserError(`no PyBitmessage found in ${places}; name its data directory`);
}
