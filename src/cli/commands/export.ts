/** `petrel export`: a data directory for PyBitmessage. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Settings } from '../../node/settings/settings.js';
import { openStore } from '../../store/open-store.js';
import { exportDirectory } from '../../takeover/export.js';
import { systemClock } from '../../util/clock.js';
import { UserError } from '../../util/errors.js';
import { chooseDataDir } from '../data-dir.js';
import { createLog } from '../log-output.js';
import type { CommandContext } from '../program.js';
import { ProgressBar } from '../progress-bar.js';
import { printReport } from '../takeover-report.js';

const HELP = `
Stop the node before. The directory holds all private keys in the clear, as PyBitmessage's do. Never
run both programs with the same identities at once.`;

export function addExportCommand(program: Command, context: CommandContext): void {
  program
    .command('export')
    .description('write a data directory with which PyBitmessage v0.6 starts')
    .requiredOption('--to <dir>', 'a new or empty directory')
    .option('--data-dir <dir>', "directory of Petrel's settings and mail")
    .addHelpText('after', HELP)
    .action((options: { to: string; dataDir?: string }) => runExport(options, context));
}

async function runExport(
  options: { to: string; dataDir?: string },
  context: CommandContext,
): Promise<void> {
  const { path } = chooseDataDir(options.dataDir, context.environment);
  if (!existsSync(path)) throw new UserError(`${path} does not exist: there is nothing to export`);
  const directory = resolve(options.to);
  const store = await openStore({ dataDir: path }, { log: createLog('warn'), clock: systemClock });
  const bar = new ProgressBar();
  try {
    const settings = Settings.open({ dataDir: path });
    const onProgress = bar.show.bind(bar);
    const report = await exportDirectory(directory, {
      store,
      settings,
      clock: systemClock,
      onProgress,
    });
    bar.end();
    printReport(report, context.print);
    context.print(`done; start PyBitmessage with BITMESSAGE_HOME=${directory}`);
  } finally {
    bar.end();
    await store.close();
  }
}
