/** `petrel doctor`: looks at everything that a node needs, and says what to do about what is wrong. */
import type { Command } from 'commander';
import { UserError } from '../../util/errors.js';
import { systemClock } from '../../util/clock.js';
import { chooseDataDir } from '../data-dir.js';
import { diagnose } from '../doctor/diagnose.js';
import type { Finding } from '../doctor/check.js';
import type { CommandContext } from '../program.js';

interface Options {
  dataDir?: string;
  json?: boolean;
  full?: boolean;
}

const HELP = `
It changes nothing, asks nobody on the network but a proxy that is set, and works whether a node runs on
the directory or not. The exit status is 1 when something fails, 0 with warnings. docs/troubleshooting.md
has all that it can find.`;

const STATE_WIDTH = 8;
const NAME_WIDTH = 13;

export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('check everything that a node needs, with a remedy for what is wrong')
    .option('--json', 'one JSON document')
    .option('--full', 'read databases of any size to the end')
    .option('--data-dir <dir>', "directory of the node's settings and mail")
    .addHelpText('after', HELP)
    .action((options: Options) => run(options, context));
}

/** @throws UserError when something fails */
async function run(
  { dataDir, json, full = false }: Options,
  context: CommandContext,
): Promise<void> {
  const { environment, print } = context;
  const { path } = chooseDataDir(dataDir, environment);
  const options = { dataDir: path, environment, full, clock: systemClock };
  const tell = (finding: Finding): void => shownLines(finding).forEach(print);
  const { findings, failures, warnings } = await diagnose(options, json ? undefined : tell);
  if (json) print(JSON.stringify({ dataDir: path, failures, warnings, findings }));
  else if (failures === 0)
    print(warnings === 0 ? 'all is well' : `${plural(warnings, 'warning')}, nothing fails`);
  if (failures > 0)
    throw new UserError(`${plural(failures, 'check')} failed, ${plural(warnings, 'warning')}`);
}

function shownLines({ check, state, text, remedy }: Finding): string[] {
  const line = `${state.padEnd(STATE_WIDTH)} ${check.padEnd(NAME_WIDTH)} ${text}`;
  return remedy === '' ? [line] : [line, `${' '.repeat(STATE_WIDTH)} -> ${remedy}`];
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
