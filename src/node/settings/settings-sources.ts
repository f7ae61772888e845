/** Where settings come from besides the command line: the environment and settings.ini. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { utf8 } from '../../util/bytes.js';
import { errorText, UserError } from '../../util/errors.js';
import { ENVIRONMENT_VARIABLES, OPTION_VARIABLE_PREFIX } from './environment-variables.js';
import { IniFile } from './ini-file.js';
import { nearestName } from './nearest.js';
import { valueHint } from './nearest-value.js';
import { valueProblem } from './option-spec.js';
import { isOptionName, OPTION_NAMES, optionSpec, type OptionName } from './option-table.js';
import { SettingError } from './setting-error.js';

const NEW_FILE = '# Settings of Petrel, with the names and the format of PyBitmessage.\n';

/** The option of that name in any case. @throws SettingError naming the nearest one. */
export function knownName(given: string, source: string): OptionName {
  const name = given.trim().toLowerCase();
  if (isOptionName(name)) return name;
  throw new SettingError(
    `${source}: unknown option; the nearest is ${nearestName(name, OPTION_NAMES)}`,
  );
}

/** The value as error messages may show it. */
export function shown(name: OptionName, text: string): string {
  return optionSpec(name).secret ? '(hidden)' : text;
}

/** @param source option and value as the user gave them. @throws SettingError with what is allowed. */
export function checkValue(name: OptionName, text: string, source: string): void {
  const spec = optionSpec(name);
  const allowed = valueProblem(spec, text);
  if (allowed === undefined) return;
  const hint = spec.secret ? '' : valueHint(spec, text);
  throw new SettingError(`${source}: must be ${allowed}${hint}`, name);
}

export interface EnvironmentSetting {
  readonly name: OptionName;
  readonly text: string;
  readonly variable: string;
}

/**
 * PETREL_SET_SECTION_OPTION, and the shorter names that some options have, which count less.
 * @param onProblem told of each that is wrong, which is left out; it may throw.
 */
export function environmentSettings(
  environment: Readonly<Record<string, string | undefined>>,
  onProblem: (error: SettingError) => void,
): EnvironmentSetting[] {
  const found: EnvironmentSetting[] = [];
  const add = (variable: string, text: string, nameOf: () => OptionName): void => {
    try {
      const name = nameOf();
      checkValue(name, text, `${variable}=${shown(name, text)}`);
      found.push({ name, text, variable });
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      onProblem(error);
    }
  };
  for (const { name, option } of ENVIRONMENT_VARIABLES) {
    const text = environment[name] ?? '';
    if (option !== undefined && text !== '') add(name, text, () => option);
  }
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith(OPTION_VARIABLE_PREFIX)) continue;
    const given = variable.slice(OPTION_VARIABLE_PREFIX.length).replace('_', '.');
    add(variable, text, () => knownName(given, variable));
  }
  return found;
}

/**
 * An empty one when there is no such file.
 * @param onProblem told of each line that means nothing, which is kept; default: throws.
 * @throws UserError when it cannot be read.
 */
export function readIni(path: string, onProblem: (error: SettingError) => void = throwIt): IniFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return newIni();
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
  if (bytes.length === 0) return newIni();
  return IniFile.parse(bytes, (line) => {
    const advice = 'correct that line or move the file away';
    const text = 'this line is neither [section] nor "option = value"';
    onProblem(new SettingError(`${path}:${line}: ${text}; ${advice}`));
  });
}

/** For those who want no more than the first problem. */
export function throwIt(error: Error): never {
  throw error;
}

/** A file with nothing but a comment. */
export function newIni(): IniFile {
  return IniFile.parse(utf8(NEW_FILE));
}
