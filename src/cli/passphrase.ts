/** Where the passphrase of a backup comes from: a file, the environment, or the terminal; never an argument. */
import {
  checkNewPassphrase,
  isReadByOthers,
  readPassphraseFile,
} from '../backup/passphrase-file.js';
import { UserError } from '../util/errors.js';
import type { CommandContext } from './program.js';
import { askSecret } from './secret-prompt.js';

const VARIABLE = 'PETREL_BACKUP_PASSPHRASE';

export const PASSPHRASE_FILE_OPTION = [
  '--passphrase-file <file>',
  `file that holds the passphrase; else ${VARIABLE}, else it is asked for`,
] as const;

/** @throws UserError when there is none */
export function givenPassphrase(
  file: string | undefined,
  context: CommandContext,
): Promise<string> {
  return fixedPassphrase(file, context) ?? ask('passphrase: ');
}

/** For a new backup: typed twice, and not too short. @throws UserError */
export async function newPassphrase(
  file: string | undefined,
  context: CommandContext,
): Promise<string> {
  const passphrase = (await fixedPassphrase(file, context)) ?? (await askTwice());
  checkNewPassphrase(passphrase);
  return passphrase;
}

function fixedPassphrase(
  file: string | undefined,
  { environment, print }: CommandContext,
): Promise<string> | undefined {
  if (file !== undefined) {
    const passphrase = readPassphraseFile(file);
    if (isReadByOthers(file)) print(`warning: others can read ${file}; chmod 600 keeps them out`);
    return Promise.resolve(passphrase);
  }
  const variable = environment[VARIABLE];
  return variable === undefined || variable === '' ? undefined : Promise.resolve(variable);
}

async function askTwice(): Promise<string> {
  const first = await ask('new passphrase: ');
  checkNewPassphrase(first);
  if ((await ask('again: ')) === first) return first;
  throw new UserError('the two passphrases differ; nothing was written');
}

function ask(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    throw new UserError(
      `no passphrase: there is no terminal to ask on; use --passphrase-file or ${VARIABLE}`,
    );
  }
  return askSecret(question, { input: stdin, write: (text) => void stderr.write(text) });
}
