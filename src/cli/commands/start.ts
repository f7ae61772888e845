/** `petrel start`: a node in the foreground. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parsePeerAddress } from '../../node/settings/peer-address.js';
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
import { StopSignal } from '../stop-signal.js';

interface StartOptions extends LogOptions {
  dataDir?: string;
  testMode?: boolean;
  offline?: boolean;
  pybitmessageTest?: boolean;
  trustedPeer?: string[];
  set?: Setting[];
}

type Setting = [name: string, value: string];

/** What PyBitmessage's option -t forces, as far as it is settings [bitmessagemain.py]. */
const PYBITMESSAGE_TEST: readonly Setting[] = [
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
order: --set, environment (PETREL_SET_BITMESSAGESETTINGS_APIPORT), settings.ini, default.
The data directory is --data-dir, else PETREL_DATA_DIR, else $XDG_DATA_HOME/petrel.
SIGTERM or SIGINT stops the node cleanly; a second one ends it at once.`;

export function addStartCommand(program: Command, context: CommandContext): void {
  program
    .command('start')
    .description('run a node in the foreground')
    .option('--data-dir <dir>', 'directory of the settings and the mail')
    .option('--test-mode', 'a hundredth of the proof of work, no privacy delays: tests only')
    .option('--offline', 'dial nobody but trusted peers; still listen')
    .option('--trusted-peer <host:port>', 'dial only this peer (may be repeated)', peer)
    .option('--set <section.option=value>', 'a setting for this start (may be repeated)', setting)
    .option('--pybitmessage-test', "what PyBitmessage's option -t does: its API tests only")
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
      overrides: overridesOf(options),
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

/** Options with a name of their own come last: they are what the user saw in the help. */
function overridesOf(options: StartOptions): Setting[] {
  const overrides: Setting[] = [];
  if (options.pybitmessageTest) {
    overrides.push(['bitmessagesettings.apinotifypath', TEST_NOTIFY_PROGRAM]);
  }
  overrides.push(...(options.set ?? []));
  if (options.testMode) overrides.push(['bitmessagesettings.extralowdifficulty', 'true']);
  if (options.offline) overrides.push(['network.offline', 'true']);
  if (options.trustedPeer) {
    overrides.push(['bitmessagesettings.trustedpeer', options.trustedPeer.join(',')]);
  }
  if (options.pybitmessageTest) overrides.push(...PYBITMESSAGE_TEST);
  return overrides;
}

function peer(text: string, before: string[] = []): string[] {
  if (!parsePeerAddress(text)) throw new InvalidArgumentError('It must be HOST:PORT.');
  return [...before, text];
}

function levels(text: string): string {
  const problem = levelsProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(`It must be ${problem}.`);
  return text;
}

function setting(text: string, before: Setting[] = []): Setting[] {
  const sign = text.indexOf('=');
  if (sign < 1) throw new InvalidArgumentError('It must be SECTION.OPTION=VALUE.');
  return [...before, [text.slice(0, sign), text.slice(sign + 1)]];
}
