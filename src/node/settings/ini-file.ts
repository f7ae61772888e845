/**
 * Settings file in the dialect of Python 2's SafeConfigParser, which PyBitmessage and the programs
 * around it read and write [ConfigParser.py:_read, write].
 *
 * The `ini` package reads another dialect (quotes, `key[]`, `a.b` sections, `#` inside values), so
 * this is our own. Lines that nobody changes are written back byte for byte, comments included.
 * Inside, a line is a string with one character per byte: values that are not UTF-8 survive.
 */
import { displayText, keyBytes, bytesKey, utf8 } from '../../util/bytes.js';

/** One thing in the file, in order. */
type Entry =
  | { kind: 'other'; raw: string[] }
  | { kind: 'section'; raw: string[]; name: string }
  | { kind: 'option'; raw: string[]; section: string; key: string; value: string };

/** A line that is neither section, option, comment nor continuation. */
export class IniSyntaxError extends Error {
  override readonly name = 'IniSyntaxError';
  readonly line: number;

  constructor(line: number) {
    super(`line ${line} is neither [section] nor "option = value"`);
    this.line = line;
  }
}

/** How deep `%(other)s` may lead to further ones [ConfigParser.py:MAX_INTERPOLATION_DEPTH]. */
const MAX_INTERPOLATION_DEPTH = 10;

export class IniFile {
  #entries: Entry[];
  /** Values by section and option, made when first asked for after a change. */
  #index: Map<string, Map<string, string>> | undefined;

  private constructor(entries: Entry[]) {
    this.#entries = entries;
  }

  /**
   * @param onBadLine told the number of each line that is neither section nor option; such lines are
   *   kept and mean nothing. Without it the first one throws.
   * @throws IniSyntaxError
   */
  static parse(bytes: Uint8Array, onBadLine?: (line: number) => void): IniFile {
    return new IniFile(parseEntries(bytesKey(bytes), onBadLine));
  }

  /** Names of sections in order of their first appearance; case matters. */
  sections(): string[] {
    const names = this.#entries.flatMap((entry) => (entry.kind === 'section' ? [entry.name] : []));
    return [...new Set(names)];
  }

  /** Lower-case names of a section's options, in order. */
  options(section: string): string[] {
    return [...(this.#values().get(section)?.keys() ?? [])];
  }

  /** The value with `%%` and `%(other)s` resolved; undefined when there is no such option. */
  get(section: string, option: string): string | undefined {
    const bytes = this.getBytes(section, option);
    return bytes && displayText(bytes);
  }

  /** Like {@link get}: the bytes as they are in the file, UTF-8 or not. */
  getBytes(section: string, option: string): Uint8Array | undefined {
    const raw = this.#rawValue(section, option);
    return raw === undefined ? undefined : keyBytes(this.#interpolate(section, raw, 0));
  }

  /** Number of the line that the value of {@link get} begins in, the first being 1. */
  lineOf(section: string, option: string): number | undefined {
    const place = this.#places(section, option.toLowerCase()).at(-1);
    if (place === undefined) return undefined;
    return this.#entries.slice(0, place).reduce((lines, { raw }) => lines + raw.length, 1);
  }

  /**
   * Sets a value: in its place when the option is there, else at the end of its section.
   * @throws RangeError when the format cannot hold the value (` ;`, blanks at the ends, `""`).
   */
  set(section: string, option: string, value: string): void {
    this.setBytes(section, option, utf8(value));
  }

  /** Like {@link set}, for text that may not be UTF-8. @throws RangeError */
  setBytes(section: string, option: string, value: Uint8Array): void {
    const key = option.toLowerCase();
    const text = bytesKey(value).replaceAll('%', '%%');
    const raw = `${key} = ${text.replaceAll('\n', '\n\t')}`.trimEnd();
    const parsed = parseEntries(`[s]\n${raw}\n`).at(-1);
    if (parsed?.kind !== 'option' || parsed.key !== key || parsed.value !== text) {
      throw new RangeError('the settings file cannot hold this value');
    }
    this.#index = undefined;
    const entry: Entry = { kind: 'option', raw: raw.split('\n'), section, key, value: text };
    const places = this.#places(section, key);
    const last = places.at(-1);
    if (last !== undefined) this.#entries[last] = entry;
    else this.#append(entry, section);
  }

  /** Removes an option; false when it was not there. */
  remove(section: string, option: string): boolean {
    this.#index = undefined;
    const places = this.#places(section, option.toLowerCase());
    for (const place of places.reverse()) this.#entries.splice(place, 1);
    return places.length > 0;
  }

  toBytes(): Uint8Array {
    const lines = this.#entries.flatMap((entry) => entry.raw);
    return keyBytes(lines.map((line) => `${line}\n`).join(''));
  }

  /** Removes sections with all in them, comments too. */
  removeSections(names: ReadonlySet<string>): void {
    this.#index = undefined;
    let inside = false;
    this.#entries = this.#entries.filter((entry) => {
      if (entry.kind === 'section') inside = names.has(entry.name);
      return !inside;
    });
  }

  /** Duplicate sections merge, and the last value wins. */
  #values(): Map<string, Map<string, string>> {
    if (this.#index) return this.#index;
    const index = new Map<string, Map<string, string>>();
    for (const entry of this.#entries) {
      if (entry.kind !== 'option') continue;
      let options = index.get(entry.section);
      if (!options) index.set(entry.section, (options = new Map<string, string>()));
      options.set(entry.key, entry.value);
    }
    this.#index = index;
    return index;
  }

  #places(section: string, key: string): number[] {
    return this.#entries.flatMap((entry, index) =>
      entry.kind === 'option' && entry.section === section && entry.key === key ? [index] : [],
    );
  }

  #rawValue(section: string, option: string): string | undefined {
    return this.#values().get(section)?.get(option.toLowerCase());
  }

  /** A lone `%` is taken literally, where the reference fails. */
  #interpolate(section: string, value: string, depth: number): string {
    return value.replace(/%%|%\(([^)]+)\)s/g, (match, other: string | undefined) => {
      if (other === undefined) return '%';
      const found = depth < MAX_INTERPOLATION_DEPTH ? this.#rawValue(section, other) : undefined;
      return found === undefined ? match : this.#interpolate(section, found, depth + 1);
    });
  }

  #append(entry: Entry, section: string): void {
    const end = this.#entries.findLastIndex(
      (other) =>
        (other.kind === 'option' && other.section === section) ||
        (other.kind === 'section' && other.name === section),
    );
    if (end >= 0) {
      this.#entries.splice(end + 1, 0, entry);
      return;
    }
    if (this.#entries.length > 0) this.#entries.push({ kind: 'other', raw: [''] });
    this.#entries.push({ kind: 'section', raw: [`[${section}]`], name: section }, entry);
  }
}

// Python's str.strip() and isspace() know these only; JavaScript's would also eat byte A0 of UTF-8.
const BLANK = ' \\t\\r\\v\\f';
const BLANK_START = new RegExp(`^[${BLANK}]`);
const BLANK_ENDS = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, 'g');
const SECTION = /^\[([^\]]+)\]/;
const OPTION = new RegExp(`^([^:=${BLANK}][^:=]*)[:=]([^]*)$`);

function strip(text: string): string {
  return text.replace(BLANK_ENDS, '');
}

function parseEntries(text: string, onBadLine?: (line: number) => void): Entry[] {
  const entries: Entry[] = [];
  const lines = text.replace(/^\xef\xbb\xbf/, '').split('\n');
  if (lines.at(-1) === '') lines.pop();
  let section: string | undefined;
  let current: Extract<Entry, { kind: 'option' }> | undefined;
  lines.forEach((line, index) => {
    if (strip(line) === '' || /^[#;]/.test(line) || /^rem([ \t\r]|$)/i.test(line)) {
      entries.push({ kind: 'other', raw: [line] });
      return;
    }
    if (BLANK_START.test(line) && current) {
      // Comments and blank lines may stand between an option and its continuation.
      current = continued(entries, current, line);
      return;
    }
    const header = SECTION.exec(line);
    if (header) {
      section = header[1] ?? '';
      current = undefined;
      entries.push({ kind: 'section', raw: [line], name: section });
      return;
    }
    const match = OPTION.exec(line);
    if (!match || section === undefined) {
      if (!onBadLine) throw new IniSyntaxError(index + 1);
      onBadLine(index + 1);
      current = undefined;
      entries.push({ kind: 'other', raw: [line] });
      return;
    }
    const key = strip(match[1] ?? '').toLowerCase();
    current = { kind: 'option', raw: [line], section, key, value: optionValue(match[2] ?? '') };
    entries.push(current);
  });
  return entries;
}

type OptionEntry = Extract<Entry, { kind: 'option' }>;

function continued(entries: Entry[], option: OptionEntry, line: string): OptionEntry {
  const between = entries.splice(entries.lastIndexOf(option) + 1);
  option.raw.push(...between.flatMap((entry) => entry.raw), line);
  option.value += `\n${strip(line)}`;
  return option;
}

/** Only the first `;` counts as a comment, and only after a blank [ConfigParser.py:_read]. */
function optionValue(afterSign: string): string {
  const value = strip(afterSign);
  const semicolon = value.indexOf(';');
  const commented = semicolon > 0 && BLANK_START.test(value.charAt(semicolon - 1));
  const kept = commented ? strip(value.slice(0, semicolon)) : value;
  return kept === '""' ? '' : kept;
}
