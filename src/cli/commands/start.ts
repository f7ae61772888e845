/** `petrel start`: a node in the foreground. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { Settings } from '../../node/settings/settings.js';
import { dataDirPaths } from '../../store/data-dir.js';
import { findSourceDir, surroundingsOf } from '../../takeover/source-dir.js';
import { systemClock } from '../../util/clock.js';
import { levelsProblem } from '../../util/log-levels.js';
import { runDaemon } from '../daemon.js';
import { chooseDataDir } from '../data-dir.js';
import { LOG_FORMATS } from '../log-output.js';
import { logOutputOf, type LogOptions } from '../log-options.js';
import type { CommandContext } from '../program.js';
import {
  addSettingFlags,
  overridesOf,
  type Override,
  type SettingFlags,
} from '../setting-flags.js';
import { StopSignal } from '../stop-signal.js';

interface StartOptions extends LogOptions, SettingFlags {
  dataDir?: string;
  pybitmessageTest?: boolean;
}

const PYBITMESSAGE_TEST_FLAG = '--pybitmessage-test';

/** What PyBitmessage's option -t forces, as far as it is settings [bitmessagemain.py]. */
const PYBITMESSAGE_TEST: readonly (readonly [name: string, value: string])[] = [
  ['bitmessagesettings.apienabled', 'true'],
  ['bitmessagesettings.apiusername', 'username'],
  ['bitmessagesettings.apipassword', 'password'],
  ['bitmessagesettings.apivariant', 'legacy'],
  ['bitmessagesettings.extralowdifficulty', 'true'],
];

/** As PyBitmessage's own: tells the tests that the API is there. */
const TEST_NOTIFY_PROGRAM = fileURLToPath(
  new URL('../../../../scripts/pybitmessage-test-notify.mjs', import.meta.url),
);

const HELP = `
Settings have PyBitmessage's names: --set bitmessagesettings.apiport=18442. They count in this
order: flags, environment (PETREL_SET_BITMESSAGESETTINGS_APIPORT), settings.ini, default.
petrel config print --show-origin shows what counts, petrel config check whether it can work.
The data directory is --data-dir, else PETREL_DATA_DIR, else $XDG_DATA_HOME/petrel.
SIGTERM or SIGINT stops the node cleanly; a second one ends it at once.`;

export function addStartCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('start')
    .description('run a node in the foreground')
    .option('--data-dir <dir>', 'directory of the settings and the mail');
  addSettingFlags(command)
    .option(PYBITMESSAGE_TEST_FLAG, "what PyBitmessage's option -t does: its API tests only")
    .option('--log-level <levels>', 'what is logged: warn, or info,network=debug', levels)
    .option('--log-addresses', 'do not shorten addresses and hosts in the log')
    .addOption(
      new Option(
        '--log-format <format>',
        'form of the log, else by whether stderr is a terminal',
      ).choices(LOG_FORMATS),
    )
    .addHelpText('after', HELP)
    .action((options: StartOptions) => start(options, context));
}

async function start(options: StartOptions, context: CommandContext): Promise<void> {
  const { path, isDefault } = chooseDataDir(options.dataDir, context.environment);
  const openSettings = (): Settings =>
    Settings.open({
      dataDir: path,
      overrides: allOverridesOf(options),
      environment: context.environment,
    });
  const settings = openSettings();
  tellOfImport(path, context);
  const { log, control } = logOutputOf(options, settings, context.environment);
  context.logLevel = control.levels().node;
  const stop = new StopSignal();
  stop.listen();
  try {
    await runDaemon(
      {
        settings,
        openSettings,
        mayMakeParents: isDefault,
        apiTestMode: options.pybitmessageTest ?? false,
      },
      {
        log,
        logControl: control,
        isTerminal: process.stdout.isTTY,
        clock: systemClock,
        print: context.print,
        stop,
      },
    );
  } finally {
    control.flush();
    stop.unlisten();
  }
}

/** Before the first start only; nothing is taken unasked. */
function tellOfImport(dataDir: string, { environment, print }: CommandContext): void {
  if (existsSync(dataDirPaths(dataDir).mail)) return;
  const found = findSourceDir(surroundingsOf(environment));
  if (found === undefined) return;
  print(`a PyBitmessage is in ${found}: petrel import takes its identities and mail over`);
}

/** The program can be another one; all else is what the tests expect. */
function allOverridesOf(options: StartOptions): Override[] {
  if (!options.pybitmessageTest) return overridesOf(options);
  const notify: Override = [
    'bitmessagesettings.apinotifypath',
    TEST_NOTIFY_PROGRAM,
    PYBITMESSAGE_TEST_FLAG,
  ];
  const forced = PYBITMESSAGE_TEST.map(([name, value]): Override => [
    name,
    value,
    PYBITMESSAGE_TEST_FLAG,
  ]);
  return [notify, ...overridesOf(options), ...forced];
}

function levels(text: string): string {
  const problem = levelsProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(`It must be ${problem}.`);
  return text;
}
