/** A bar on one line of a terminal; nothing where stderr is none. */
const WIDTH = 30;
const NAME_WIDTH = 16;

export class ProgressBar {
  readonly #write: ((text: string) => void) | undefined;
  #last = '';

  constructor(output: { isTTY?: boolean; write(text: string): unknown } = process.stderr) {
    if (output.isTTY) this.#write = (text) => void output.write(text);
  }

  /** `inbox            [##########                    ]  33 %` */
  show(what: string, done: number, total: number): void {
    if (!this.#write || total <= 0) return;
    const part = Math.min(1, done / total);
    const bar = '#'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH);
    const percent = String(Math.floor(part * 100)).padStart(3);
    const text = `${what.padEnd(NAME_WIDTH)} [${bar}] ${percent} %`;
    if (text === this.#last) return;
    this.#last = text;
    this.#write(`\r${text}`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#last !== '') this.#write?.(`\r${' '.repeat(this.#last.length)}\r`);
    this.#last = '';
  }
}
