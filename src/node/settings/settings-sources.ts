/** Where settings come from besides the command line: the environment and settings.ini. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { utf8 } from '../../util/bytes.js';
import { errorText, UserError } from '../../util/errors.js';
import { IniFile, IniSyntaxError } from './ini-file.js';
import { nearestName } from './nearest.js';
import { parseBoolean, valueProblem } from './option-spec.js';
import { isOptionName, OPTION_NAMES, optionSpec, type OptionName } from './option-table.js';

const ENVIRONMENT_PREFIX = 'PETREL_SET_';
const OFFLINE_VARIABLE = 'PETREL_OFFLINE';
const NEW_FILE = '# Settings of Petrel, with the names and the format of PyBitmessage.\n';

/** The option of that name in any case. @throws UserError naming the nearest one. */
export function knownName(given: string, source: string): OptionName {
  const name = given.trim().toLowerCase();
  if (isOptionName(name)) return name;
  throw new UserError(
    `${source}: unknown option; the nearest is ${nearestName(name, OPTION_NAMES)}`,
  );
}

/** The value as error messages may show it. */
export function shown(name: OptionName, text: string): string {
  return optionSpec(name).secret ? '(hidden)' : text;
}

/** @param source option and value as the user gave them. @throws UserError with what is allowed. */
export function checkValue(name: OptionName, text: string, source: string): void {
  const allowed = valueProblem(optionSpec(name), text);
  if (allowed !== undefined) throw new UserError(`${source}: must be ${allowed}`);
}

/**
 * PETREL_SET_SECTION_OPTION, and PETREL_OFFLINE; neither sections nor options contain `_`.
 * @throws UserError
 */
export function environmentSettings(
  environment: Readonly<Record<string, string | undefined>>,
): [OptionName, string][] {
  const found: [OptionName, string][] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined) continue;
    if (variable === OFFLINE_VARIABLE && text !== '') {
      if (parseBoolean(text) === undefined) {
        throw new UserError(`${OFFLINE_VARIABLE}=${text}: must be 1 or 0`);
      }
      found.push(['network.offline', text]);
    } else if (variable.startsWith(ENVIRONMENT_PREFIX)) {
      const given = variable.slice(ENVIRONMENT_PREFIX.length).replace('_', '.');
      const name = knownName(given, variable);
      checkValue(name, text, `${variable}=${shown(name, text)}`);
      found.push([name, text]);
    }
  }
  return found;
}

/** An empty one when there is no such file. @throws UserError when it cannot be read. */
export function readIni(path: string): IniFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return IniFile.parse(utf8(NEW_FILE));
    if (code === 'ENOTDIR') {
      const advice = 'move that file away or use another --data-dir';
      throw new UserError(`${dirname(path)} is, or is below, a file and no directory; ${advice}`, {
        cause: error,
      });
    }
    throw new UserError(`cannot read ${path} (${errorText(error)}); check its owner and mode`, {
      cause: error,
    });
  }
  try {
    return IniFile.parse(bytes.length === 0 ? utf8(NEW_FILE) : bytes);
  } catch (error) {
    if (!(error instanceof IniSyntaxError)) throw error;
    const advice = 'correct that line or move the file away';
    throw new UserError(`${path}: ${error.message}; ${advice}`, { cause: error });
  }
}
