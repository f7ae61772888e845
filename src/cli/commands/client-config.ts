/** `petrel client-config`: a keys.dat with the API settings, for programs that look there. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { API_OPTIONS } from '../../node/settings/api-settings.js';
import { writeFileAtomically } from '../../node/settings/atomic-write.js';
import { IniFile, IniSyntaxError } from '../../node/settings/ini-file.js';
import { Settings } from '../../node/settings/settings.js';
import { utf8 } from '../../util/bytes.js';
import { errorText, UserError } from '../../util/errors.js';
import { chooseDataDir } from '../data-dir.js';
import type { CommandContext } from '../program.js';

const FILE_NAME = 'keys.dat';
const SECTION = 'bitmessagesettings';
const HEAD = `# Written by petrel client-config: where the API is and how to log in. It holds no keys.\n`;

export function addClientConfigCommand(program: Command, context: CommandContext): void {
  program
    .command('client-config')
    .description("write a keys.dat with the API settings alone, for PyBitmessage's client programs")
    .argument('<dir>', 'directory in which the client looks for keys.dat')
    .option('--data-dir <dir>', "directory of the node's settings")
    .action((dir: string, options: { dataDir?: string }) => {
      const { path } = chooseDataDir(options.dataDir, context.environment);
      const settings = Settings.open({ dataDir: path, environment: context.environment });
      if (settings.text('bitmessagesettings.apipassword') === '') {
        throw new UserError(
          `${settings.path} holds no API password yet; start the node once with petrel start`,
        );
      }
      const written = writeClientConfig(settings, resolve(dir));
      context.print(`wrote ${written}`);
    });
}

/**
 * @returns the path of the file.
 * @throws UserError when it cannot be written, or would replace a file that holds anything else.
 */
export function writeClientConfig(settings: Settings, directory: string): string {
  const path = join(directory, FILE_NAME);
  if (existsSync(path) && !isOurs(path)) {
    throw new UserError(
      `${path} holds more than API settings and stays as it is; choose another directory`,
    );
  }
  const file = IniFile.parse(utf8(HEAD));
  for (const name of API_OPTIONS) {
    file.set(SECTION, name.slice(name.indexOf('.') + 1), settings.get(name));
  }
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileAtomically(path, file.toBytes());
  } catch (error) {
    throw new UserError(`cannot write ${path} (${errorText(error)}); choose another directory`, {
      cause: error,
    });
  }
  return path;
}

/** True for a file that this command has written: anything more may be somebody's keys. */
function isOurs(path: string): boolean {
  try {
    const file = IniFile.parse(readFileSync(path));
    const known = new Set<string>(API_OPTIONS);
    return file
      .sections()
      .every((section) =>
        file.options(section).every((option) => known.has(`${section}.${option}`)),
      );
  } catch (error) {
    if (error instanceof IniSyntaxError) return false;
    throw new UserError(`cannot read ${path} (${errorText(error)}); choose another directory`, {
      cause: error,
    });
  }
}
