/** Questions on the terminal, and texts that must not be arguments, where everybody sees them. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { concatBytes } from '../../util/bytes.js';
import { errorText, UserError } from '../../util/errors.js';
import { EXIT } from '../exit-codes.js';
import { askSecret } from '../secret-prompt.js';

/** More than an object holds. */
const MAX_BYTES = 1_048_576;

/** Whether there is somebody to be asked. */
export function isInteractive(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * @param isSure the answer was given as an option.
 * @throws UserError when the answer is not yes, and when nobody can be asked
 */
export async function confirm(question: string, isSure: boolean | undefined): Promise<void> {
  if (isSure) return;
  if (!isInteractive()) throw new UserError(`${question} Say so with --yes`);
  const answer = await ask(`${question} [yes/no] `);
  if (answer.trim().toLowerCase() !== 'yes') throw new UserError('nothing was done');
}

/**
 * One line that is not shown while it is typed; from a file (`-`: stdin) when one is named, from stdin
 * where there is no terminal. Without its line end.
 * @throws UserError
 */
export async function readSecret(name: string, file: string | undefined): Promise<string> {
  const isTyped = isInteractive() && file === undefined;
  const text = isTyped ? await askTwice(name) : oneLine(await readText(file ?? '-'));
  if (text === '') throw new UserError(`the ${name} is empty`);
  return text;
}

/** @throws UserError when it cannot be read, is no UTF-8, or is longer than any message */
export async function readText(file: string): Promise<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of input) {
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).length;
      if (length > MAX_BYTES) throw new Error(`it is longer than ${MAX_BYTES} bytes`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(concatBytes(...chunks));
  } catch (error) {
    const name = file === '-' ? 'stdin' : file;
    const why = error instanceof TypeError ? 'it is no UTF-8 text' : errorText(error);
    throw new UserError(`cannot read ${name} (${why})`, { cause: error });
  }
}

function oneLine(text: string): string {
  return text.replace(/\r?\n$/, '');
}

async function askTwice(name: string): Promise<string> {
  const terminal = {
    input: process.stdin,
    write: (text: string) => void process.stderr.write(text),
  };
  const first = await askSecret(`${name}: `, terminal);
  if ((await askSecret(`${name} again: `, terminal)) === first) return first;
  throw new UserError('the two are not the same; nothing was done');
}

/** @throws UserError for Ctrl-C and the end of input */
async function ask(prompt: string): Promise<string> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: true,
  });
  const ended = new Promise<never>((_resolve, reject) => {
    const stopped = (): void =>
      reject(new UserError('nothing was done', { exitCode: EXIT.interrupted }));
    lines.once('SIGINT', stopped);
    lines.once('close', stopped);
  });
  // Nobody listens any more when that happens later.
  ended.catch(() => undefined);
  try {
    return await Promise.race([lines.question(prompt), ended]);
  } catch (error) {
    process.stderr.write('\n');
    throw error;
  } finally {
    lines.close();
  }
}
