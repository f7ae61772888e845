/** What an option is: its type, default, range and meaning; and how its text becomes a value. */

export type OptionType = 'text' | 'integer' | 'real' | 'boolean' | 'list';

/**
 * `used`: Petrel acts on it. `kept`: an option of PyBitmessage that Petrel does not act on; accepted,
 * kept in settings.ini, named once at the start when it is set.
 */
export type OptionUse = 'used' | 'kept';

export interface OptionLimits {
  /** What a number counts, as people say it: seconds, bytes, kB/s. */
  readonly unit?: string;
  /** A change counts at once; of all others from the next start. */
  readonly live?: boolean;
  /** Smallest and largest number, both included. */
  readonly range?: readonly [min: number, max: number];
  /** The only words accepted. */
  readonly choices?: readonly string[];
  /** An empty value is accepted and means "not set". */
  readonly mayBeEmpty?: boolean;
  /** Numbers up to 0 stand for this one [PyBitmessage corrects such values when it starts]. */
  readonly zeroMeans?: number;
  /** Checks an entry of a list, or a text: what is allowed when it does not fit, else undefined. */
  readonly check?: (text: string) => string | undefined;
  /** Default while bitmessagesettings.extralowdifficulty (the test mode) is on. */
  readonly testDefault?: string;
  /** Never shown or logged. */
  readonly secret?: boolean;
}

export interface OptionSpec<Type extends OptionType = OptionType> extends OptionLimits {
  readonly type: Type;
  /** As text, the way settings.ini has it; '' also stands for "not set". */
  readonly default: string;
  readonly use: OptionUse;
  /** One line for people. */
  readonly explanation: string;
}

/** An entry of the table. */
export function option<Type extends OptionType>(
  type: Type,
  use: OptionUse,
  defaultText: string,
  explanation: string,
  limits: OptionLimits = {},
): OptionSpec<Type> {
  return { type, use, default: defaultText, explanation, ...limits };
}

/** The words ConfigParser takes for true and false, in any case [ConfigParser.py:getboolean]. */
const BOOLEANS = new Map([
  ['1', true],
  ['yes', true],
  ['true', true],
  ['on', true],
  ['0', false],
  ['no', false],
  ['false', false],
  ['off', false],
]);

/** Undefined for any other word. */
export function parseBoolean(text: string): boolean | undefined {
  return BOOLEANS.get(text.trim().toLowerCase());
}

/** Entries of a list option: separated by commas, blanks or line breaks. */
export function parseList(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

/** A number, or undefined when the text is none; `whole` refuses fractions. */
export function parseNumber(text: string, whole: boolean): number | undefined {
  const trimmed = text.trim();
  const pattern = whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
  if (!pattern.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) && (!whole || Number.isSafeInteger(value)) ? value : undefined;
}

/** What is allowed, when `text` is no value of that option; undefined when it is one. */
export function valueProblem(spec: OptionSpec, text: string): string | undefined {
  if (text.trim() === '' && (spec.mayBeEmpty ?? spec.default === '')) return undefined;
  switch (spec.type) {
    case 'boolean':
      return parseBoolean(text) === undefined ? 'true or false' : undefined;
    case 'integer':
    case 'real':
      return numberProblem(spec, text);
    case 'list':
      return firstProblem(parseList(text), spec);
    case 'text':
      if (spec.choices && !spec.choices.includes(text)) return spec.choices.join(', ');
      return spec.check?.(text);
  }
}

function numberProblem(spec: OptionSpec, text: string): string | undefined {
  const whole = spec.type === 'integer';
  const kind = whole ? 'a whole number' : 'a number';
  const value = parseNumber(text, whole);
  const [min, max] = spec.range ?? [-Infinity, Infinity];
  const unit = spec.unit === undefined ? '' : ` (${spec.unit})`;
  const allowed = `${kind}${rangeText(spec)}${unit}`;
  if (value === undefined) return allowed;
  if (value <= 0 && spec.zeroMeans !== undefined) return undefined;
  return value < min || value > max ? allowed : undefined;
}

/** ` from 1 to 8`, ` of at least 1`, or nothing. */
export function rangeText({ range }: Pick<OptionSpec, 'range'>): string {
  if (!range) return '';
  const [min, max] = range;
  return max === Number.MAX_SAFE_INTEGER ? ` of at least ${min}` : ` from ${min} to ${max}`;
}

function firstProblem(entries: string[], spec: OptionSpec): string | undefined {
  for (const entry of entries) {
    const problem = spec.check?.(entry);
    if (problem !== undefined) return `${problem} (not ${entry})`;
  }
  return undefined;
}
