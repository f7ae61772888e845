/** Text of a stream of server-sent events, piece by piece, to events. [HTML standard, 9.2.6] */

export interface StreamEvent {
  /** Id that the client resumes after; of this event or of one before. */
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

export class EventParser {
  #rest = '';
  #id = '';
  #name = '';
  #data: string[] = [];

  /** The events that end in this piece. */
  push(text: string): StreamEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => this.#line(line)).filter((event) => event !== undefined);
  }

  #line(line: string): StreamEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'event') this.#name = value;
    else if (field === 'data') this.#data.push(value);
    return undefined;
  }

  #dispatch(): StreamEvent | undefined {
    const [name, data] = [this.#name, this.#data];
    this.#name = '';
    this.#data = [];
    return data.length > 0 ? { id: this.#id, name, data: data.join('\n') } : undefined;
  }
}
