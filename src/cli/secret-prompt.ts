/** Asks for a secret on the terminal; nothing of what is typed is shown. */
import type { ReadStream } from 'node:tty';
import { UserError } from '../util/errors.js';

const INTERRUPT = '\u0003';
const END = '\u0004';
const DELETE = new Set(['\u007f', '\b']);
const ENTER = /[\r\n]/;
/** A line that is longer is pasted by mistake. */
const MAX_CHARACTERS = 1_024;
const EXIT_INTERRUPTED = 130;

export interface Terminal {
  readonly input: Pick<
    ReadStream,
    'setRawMode' | 'resume' | 'pause' | 'on' | 'off' | 'setEncoding'
  >;
  readonly write: (text: string) => void;
}

/** One line. @throws UserError at Ctrl-C, Ctrl-D and where the terminal is closed */
export function askSecret(question: string, { input, write }: Terminal): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = (settle: () => void): void => {
      input.off('data', onData);
      input.off('end', onEnd);
      input.setRawMode(false);
      input.pause();
      write('\n');
      settle();
    };
    const give = (): void => finish(() => resolve(text));
    const refuse = (): void =>
      finish(() => reject(new UserError('interrupted', { exitCode: EXIT_INTERRUPTED })));
    const onEnd = refuse;
    const onData = (typed: string): void => {
      for (const character of typed) {
        if (ENTER.test(character)) {
          give();
          return;
        }
        if (character === INTERRUPT || character === END) {
          refuse();
          return;
        }
        if (DELETE.has(character)) text = Array.from(text).slice(0, -1).join('');
        else if (text.length < MAX_CHARACTERS) text += character;
      }
    };
    write(question);
    input.setEncoding('utf8');
    input.setRawMode(true);
    input.on('data', onData);
    input.on('end', onEnd);
    input.resume();
  });
}
