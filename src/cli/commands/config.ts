/** `petrel config`: what is set, where, what it means, and whether it can work. */
import type { Command } from 'commander';
import { explainOption } from '../../node/settings/option-text.js';
import { optionSpec } from '../../node/settings/option-table.js';
import { EXIT_CONFIG } from '../../node/settings/setting-error.js';
import { Settings } from '../../node/settings/settings.js';
import { knownName } from '../../node/settings/settings-sources.js';
import { UserError } from '../../util/errors.js';
import { setOptions, unsetOptions } from '../config/change-settings.js';
import { checkConfig } from '../config/check-config.js';
import { namesLike, printedValue, settingLines, settingsJson } from '../config/print-settings.js';
import { chooseDataDir, type DataDirChoice } from '../data-dir.js';
import type { CommandContext } from '../program.js';
import { addSettingFlags, overridesOf, type SettingFlags } from '../setting-flags.js';

interface ConfigFlags extends SettingFlags {
  dataDir?: string;
  json?: boolean;
  showOrigin?: boolean;
  showSecrets?: boolean;
  changed?: boolean;
  strict?: boolean;
}

const HELP = `
Values count in this order: flags, environment, settings.ini in the data directory, defaults.
An option is called as in petrel config print; a part of a name stands for all that contain it.`;

export function addConfigCommand(program: Command, context: CommandContext): void {
  const config = program
    .command('config')
    .description('show, check and change the settings')
    .helpCommand(false)
    .addHelpText('after', HELP);
  const add = (name: string, description: string): Command =>
    config
      .command(name)
      .description(description)
      .option('--data-dir <dir>', 'directory of settings.ini');
  addSettingFlags(add('print', 'every option with its value'))
    .argument('[option...]', 'names, or parts of them')
    .option('--show-origin', 'where each value comes from: flag, variable, file and line, default')
    .option('--changed', 'only options that are set somewhere')
    .option('--show-secrets', 'passwords as they are instead of stars')
    .option('--json', 'for programs, with type, unit, default and explanation')
    .action((wanted: string[], flags: ConfigFlags) => print(wanted, flags, context));
  addSettingFlags(add('check', 'look for all that is wrong; ends with 78 when a start would fail'))
    .option('--strict', 'warnings end with 78, too')
    .option('--json', 'for programs')
    .action((flags: ConfigFlags) => check(flags, context));
  addSettingFlags(add('get', 'the value of one option'))
    .argument('<option>', 'as bitmessagesettings.port')
    .option('--show-secrets', 'passwords as they are instead of stars')
    .action((option: string, flags: ConfigFlags) => {
      const name = knownName(option, option);
      const settings = Settings.open(sourcesOf(flags, context));
      context.print(printedValue(settings, name, flags.showSecrets ?? false));
    });
  add('set', 'write options to settings.ini; they count from the next start')
    .argument('<option-value...>', 'OPTION VALUE, or several such pairs')
    .action((pairs: string[], { dataDir }: ConfigFlags) =>
      setOptions(chooseDataDir(dataDir, context.environment), pairs, context.print),
    );
  add('unset', 'take options out of settings.ini')
    .argument('<option...>', 'as bitmessagesettings.port')
    .action((names: string[], { dataDir }: ConfigFlags) =>
      unsetOptions(chooseDataDir(dataDir, context.environment), names, context.print),
    );
  config
    .command('help')
    .description('what the options mean')
    .argument('[option]', 'a name or a part of one')
    .action((wanted: string | undefined) => help(config, wanted, context));
}

function sourcesOf(flags: ConfigFlags, { environment }: CommandContext) {
  const { path } = chooseDataDir(flags.dataDir, environment);
  return { dataDir: path, overrides: overridesOf(flags), environment };
}

function print(wanted: readonly string[], flags: ConfigFlags, context: CommandContext): void {
  const names = namesLike(wanted);
  const dataDir = chooseDataDir(flags.dataDir, context.environment);
  const { settings, problems } = Settings.inspect(sourcesOf(flags, context));
  const { showOrigin = false, showSecrets = false, changed = false } = flags;
  const options = { showOrigin, showSecrets, changed };
  if (flags.json) {
    context.print(settingsJson(settings, names, dataDir, options));
  } else {
    if (showOrigin) context.print(`# data directory: ${dataDir.path} (${dataDir.origin})`);
    for (const line of settingLines(settings, names, options)) context.print(line);
  }
  const [first] = problems;
  if (first) {
    const rest =
      problems.length > 1 ? ` (and ${problems.length - 1} more: petrel config check)` : '';
    throw new UserError(`not counted: ${first.message}${rest}`, { exitCode: EXIT_CONFIG });
  }
}

function check(flags: ConfigFlags, context: CommandContext): void {
  const dataDir: DataDirChoice = chooseDataDir(flags.dataDir, context.environment);
  const findings = checkConfig(dataDir, overridesOf(flags), context.environment);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  if (flags.json) context.print(JSON.stringify({ errors, warnings, findings }, null, 2));
  else for (const { severity, message } of findings) context.print(`${severity}: ${message}`);
  const counts = `${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}`;
  if (errors > 0 || (flags.strict && warnings > 0)) {
    throw new UserError(`${counts} in the settings of ${dataDir.path}`, { exitCode: EXIT_CONFIG });
  }
  if (!flags.json) context.print(`the settings of ${dataDir.path} can be used (${counts})`);
}

function help(config: Command, wanted: string | undefined, { print: out }: CommandContext): void {
  const command = config.commands.find((one) => one.name() === wanted);
  if (command) {
    command.outputHelp();
    return;
  }
  const names = namesLike(wanted === undefined ? [] : [wanted]);
  const [only] = names;
  if (only !== undefined && names.length === 1) {
    for (const line of explainOption(only)) out(line);
    return;
  }
  for (const name of names) {
    const { use, explanation } = optionSpec(name);
    out(`${name}\n    ${use === 'kept' ? '(kept, not used) ' : ''}${explanation}`);
  }
}
