/** Takes answers of the API apart, in whatever wire form: a result, or an error with its number. */
import type { ApiVariant } from '../../src/api/command.js';

export interface Outcome {
  readonly value?: unknown;
  readonly error?: { readonly code: number; readonly text: string };
}

/** @throws Error when the text is no answer of that variant. */
export function readAnswer(text: string, variant: ApiVariant): Outcome {
  if (variant === 'json') return readJsonAnswer(text);
  const outcome = readXmlAnswer(text);
  if (variant === 'xml' || typeof outcome.value !== 'string') return outcome;
  return apiError(outcome.value) ?? outcome;
}

function apiError(text: string): Outcome | undefined {
  const match = /API Error (\d{4}): ?([^]*)/.exec(text);
  return match ? { error: { code: Number(match[1]), text: match[2] ?? '' } } : undefined;
}

interface JsonAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

function readJsonAnswer(text: string): Outcome {
  if (text.trim() === '') return { value: '(empty)' };
  const one = ({ error, result }: JsonAnswer): Outcome =>
    error
      ? (apiError(error.message) ?? { error: { code: error.code, text: error.message } })
      : { value: result };
  const answer = JSON.parse(text) as JsonAnswer | JsonAnswer[];
  if (!Array.isArray(answer)) return one(answer);
  return { value: answer.map(one).map(({ error, value }) => (error ? error.code : value)) };
}

function readXmlAnswer(text: string): Outcome {
  const reader = new XmlAnswer(text);
  reader.take('<methodResponse>');
  if (reader.isNext('<fault>')) {
    reader.take('<fault>');
    const { faultCode, faultString } = reader.value() as { faultCode: number; faultString: string };
    return { error: { code: faultCode, text: faultString } };
  }
  reader.take('<params>');
  reader.take('<param>');
  return { value: reader.value() };
}

/** Reads only what servers write: no attributes, no nesting of text. */
class XmlAnswer {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = (text.match(/<[^>]*>|[^<]+/g) ?? []).filter((token) => !token.startsWith('<?'));
  }

  isNext(tag: string): boolean {
    while (/^\s+$/.test(this.#tokens[this.#at] ?? '')) this.#at += 1;
    return this.#tokens[this.#at] === tag;
  }

  take(tag: string): void {
    if (!this.isNext(tag))
      throw new Error(`${tag} expected, not ${this.#tokens[this.#at] ?? 'end'}`);
    this.#at += 1;
  }

  value(): unknown {
    this.take('<value>');
    const value = this.#inner();
    this.take('</value>');
    return value;
  }

  #inner(): unknown {
    if (this.isNext('<array>')) return this.#list();
    if (this.isNext('<struct>')) return this.#struct();
    const tag = this.#tokens[this.#at++] ?? '';
    let text = '';
    while (this.#tokens[this.#at]?.startsWith('<') === false)
      text += this.#tokens[this.#at++] ?? '';
    this.take(tag.replace('<', '</'));
    if (tag === '<string>') return unescape(text);
    if (tag === '<boolean>') return text === '1';
    if (tag === '<int>' || tag === '<double>') return Number(text);
    throw new Error(`unknown element ${tag}`);
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    this.take('<array>');
    this.take('<data>');
    while (!this.isNext('</data>')) items.push(this.value());
    this.take('</data>');
    this.take('</array>');
    return items;
  }

  #struct(): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    this.take('<struct>');
    while (this.isNext('<member>')) {
      this.take('<member>');
      this.take('<name>');
      const name = this.#tokens[this.#at++] ?? '';
      this.take('</name>');
      members[name] = this.value();
      this.take('</member>');
    }
    this.take('</struct>');
    return members;
  }
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
