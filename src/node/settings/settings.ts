/** The settings of one node: command line over environment over settings.ini over defaults. */
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, UserError } from '../../util/errors.js';
import { Secret } from '../../util/secret.js';
import { writeFileAtomically } from './atomic-write.js';
import type { IniFile } from './ini-file.js';
import { editDistance, nearestName } from './nearest.js';
import { parseBoolean, parseList, parseNumber } from './option-spec.js';
import {
  isOptionName,
  OPTION_NAMES,
  optionSpec,
  type NameOf,
  type OptionName,
} from './option-table.js';
import {
  checkValue,
  environmentSettings,
  knownName,
  newIni,
  readIni,
  shown,
  throwIt,
} from './settings-sources.js';

export const SETTINGS_FILE_NAME = 'settings.ini';

/** Where a value comes from: --set, PETREL_SET_…, settings.ini, or nowhere. */
export type Origin = 'option' | 'environment' | 'file' | 'default';

export interface SettingsOptions {
  /** Directory that holds settings.ini; need not exist until something is written. */
  readonly dataDir: string;
  /** `section.option` and value as given by a flag, by default --set; later ones win. */
  readonly overrides?: Iterable<readonly [name: string, value: string, flag?: string]>;
  /** Environment variables; default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const ADDRESS_SECTION_PREFIX = 'BM-';

/** Sections with a name this near to a known one, and half of it right, are meant to be that. */
const MAX_SECTION_DISTANCE = 2;

/** An option in settings.ini that nobody knows. */
export interface UnknownOption {
  /** `section.option` */
  readonly name: string;
  /** Where it is: path and line. */
  readonly place: string;
  /** The known option whose name is nearest. */
  readonly nearest: OptionName;
}

interface Given {
  readonly text: string;
  readonly origin: 'option' | 'environment';
  /** Flag or variable. */
  readonly place: string;
}

type Value = string | number | boolean;

export class Settings {
  readonly dataDir: string;
  /** Path of settings.ini. */
  readonly path: string;
  readonly #file: IniFile;
  readonly #given: Map<OptionName, Given>;
  /** Options with a wrong value in the file, which does not count. */
  readonly #ignored = new Set<OptionName>();

  private constructor(options: SettingsOptions, onProblem: (error: UserError) => void) {
    this.dataDir = options.dataDir;
    this.path = join(options.dataDir, SETTINGS_FILE_NAME);
    const attempt = (check: () => void): boolean => {
      try {
        check();
        return true;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        onProblem(error);
        return false;
      }
    };
    let file: IniFile | undefined;
    attempt(() => (file = readIni(this.path, onProblem)));
    this.#file = file ?? newIni();
    this.#given = new Map();
    const environment = options.environment ?? {};
    for (const { name, text, variable } of environmentSettings(environment, onProblem)) {
      this.#given.set(name, { text, origin: 'environment', place: variable });
    }
    for (const [given, text, flag = '--set'] of options.overrides ?? []) {
      attempt(() => {
        const name = knownName(given, `${flag} ${given}`);
        checkValue(name, text, `${flag} ${name}=${shown(name, text)}`);
        this.#given.set(name, { text, origin: 'option', place: flag });
      });
    }
    for (const name of OPTION_NAMES) {
      if (!attempt(() => this.#checkFileValue(name))) this.#ignored.add(name);
    }
  }

  /**
   * Reads settings.ini, if it is there; writes nothing.
   * @throws UserError for a file that cannot be read, an unknown option or a wrong value.
   */
  static open(options: SettingsOptions): Settings {
    return new Settings(options, throwIt);
  }

  /**
   * For looking at settings that may be wrong: whatever is does not count here, and is told.
   * @returns problems in the order file, environment, flags, values in the file.
   */
  static inspect(options: SettingsOptions): { settings: Settings; problems: UserError[] } {
    const problems: UserError[] = [];
    return { settings: new Settings(options, (error) => problems.push(error)), problems };
  }

  /** Any value as text; '' when it is not set. */
  get(name: OptionName): string {
    const given = this.#given.get(name)?.text ?? this.#fileText(name);
    return given ?? this.#defaultText(name);
  }

  text(name: NameOf<'text'>): string {
    return this.get(name);
  }

  /** A text that must not be shown. */
  secret(name: NameOf<'text'>): Secret {
    return new Secret(this.get(name));
  }

  /** @throws TypeError when the option has no value: see {@link optionalNumber}. */
  integer(name: NameOf<'integer'>): number {
    return this.#number(name);
  }

  /** @throws TypeError when the option has no value: see {@link optionalNumber}. */
  real(name: NameOf<'real'>): number {
    return this.#number(name);
  }

  /** Undefined when the value is empty. */
  optionalNumber(name: NameOf<'integer'> | NameOf<'real'>): number | undefined {
    const value = parseNumber(this.get(name), false);
    const { zeroMeans } = optionSpec(name);
    return value !== undefined && value <= 0 && zeroMeans !== undefined ? zeroMeans : value;
  }

  boolean(name: NameOf<'boolean'>): boolean {
    return parseBoolean(this.get(name)) ?? false;
  }

  list(name: NameOf<'list'>): string[] {
    return parseList(this.get(name));
  }

  origin(name: OptionName): Origin {
    const given = this.#given.get(name);
    if (given) return given.origin;
    return this.#fileText(name) === undefined ? 'default' : 'file';
  }

  /** Where its value comes from, for people: flag, variable, `settings.ini:12`, `default`. */
  place(name: OptionName): string {
    const given = this.#given.get(name);
    if (given) return given.place;
    return this.#fileText(name) === undefined ? 'default' : this.#filePlace(...splitName(name));
  }

  /** True when the person who started the node chose the value for this start: nothing moves it. */
  isFixed(name: OptionName): boolean {
    return this.#given.has(name);
  }

  /** {@link setAll} for one option. */
  set(name: OptionName, value: Value): void {
    this.setAll([[name, value]]);
  }

  /**
   * Changes values and writes settings.ini (mode 0600) before it returns. They hold at once, even
   * over --set and the environment, which count again at the next start.
   * @throws UserError for a value of the wrong type or range, or a file that cannot be written.
   */
  setAll(changes: Iterable<readonly [name: OptionName, value: Value]>): void {
    const texts = [...changes].map(([name, value]) => [name, String(value)] as const);
    for (const [name, text] of texts) checkValue(name, text, `${name}=${shown(name, text)}`);
    for (const [name, text] of texts) this.#put(this.#file, name, text);
    this.#write(texts);
    for (const [name] of texts) {
      this.#given.delete(name);
      this.#ignored.delete(name);
    }
  }

  /**
   * Takes options out of settings.ini: their defaults hold at once.
   * @returns those that were there.
   */
  unsetAll(names: Iterable<OptionName>): Set<OptionName> {
    const wanted = [...names];
    const file = this.#onDisk();
    const removed = new Set(wanted.filter((name) => file.remove(...splitName(name))));
    if (removed.size > 0) this.#save(file);
    for (const name of wanted) {
      this.#file.remove(...splitName(name));
      this.#given.delete(name);
      this.#ignored.delete(name);
    }
    return removed;
  }

  /**
   * Writes the given options, as they are now, to settings.ini where it has others or none: for
   * what other programs look up there. They stay fixed, if they are.
   */
  persist(names: Iterable<OptionName>): void {
    const missing = [...names].filter((name) => this.#fileText(name) !== this.get(name));
    if (missing.length > 0) {
      const texts = missing.map((name) => [name, this.get(name)] as const);
      for (const [name, text] of texts) this.#put(this.#file, name, text);
      this.#write(texts);
    } else {
      this.#protect();
    }
  }

  /** Options of PyBitmessage that are set and that Petrel does not act on. */
  keptOptions(): OptionName[] {
    return OPTION_NAMES.filter(
      (name) =>
        optionSpec(name).use === 'kept' &&
        this.origin(name) !== 'default' &&
        !this.#sameAsDefault(name),
    );
  }

  /** Options in settings.ini that nobody knows, with the nearest known name; kept as they are. */
  unknownOptions(): UnknownOption[] {
    const known = [...new Set(OPTION_NAMES.map((name) => splitName(name)[0]))];
    const isMeant = (section: string): boolean =>
      known.some((one) => {
        const distance = editDistance(section.toLowerCase(), one);
        return distance <= MAX_SECTION_DISTANCE && 2 * distance < one.length;
      });
    return this.#file
      .sections()
      .filter((section) => isMeant(section) && !section.startsWith(ADDRESS_SECTION_PREFIX))
      .flatMap((section) => this.#file.options(section).map((option) => [section, option] as const))
      .map(([section, option]) => ({
        name: `${section}.${option}`,
        place: this.#filePlace(section, option),
        nearest: nearestName(`${section}.${option}`.toLowerCase(), OPTION_NAMES),
      }))
      .filter(({ name }) => !isOptionName(name));
  }

  #number(name: NameOf<'integer'> | NameOf<'real'>): number {
    const value = this.optionalNumber(name);
    if (value === undefined) throw new TypeError(`${name} has no value`);
    return value;
  }

  #defaultText(name: OptionName): string {
    const spec = optionSpec(name);
    if (spec.testDefault === undefined) return spec.default;
    const testMode = this.boolean('bitmessagesettings.extralowdifficulty');
    return testMode ? spec.testDefault : spec.default;
  }

  #sameAsDefault(name: OptionName): boolean {
    const [text, standard] = [this.get(name), this.#defaultText(name)];
    if (optionSpec(name).type !== 'boolean') return text === standard;
    return parseBoolean(text) === parseBoolean(standard);
  }

  #filePlace(section: string, option: string): string {
    return `${this.path}:${this.#file.lineOf(section, option) ?? 0}`;
  }

  #fileText(name: OptionName): string | undefined {
    if (this.#ignored.has(name)) return undefined;
    return this.#file.get(...splitName(name));
  }

  #checkFileValue(name: OptionName): void {
    const text = this.#fileText(name);
    if (text === undefined || optionSpec(name).use === 'kept') return;
    checkValue(
      name,
      text,
      `${this.#filePlace(...splitName(name))}: ${name} = ${shown(name, text)}`,
    );
  }

  #put(file: IniFile, name: OptionName, text: string): void {
    try {
      file.set(...splitName(name), text);
    } catch (error) {
      const value = `${name}=${shown(name, text)}`;
      throw new UserError(`${value}: ${errorText(error)}; leave out " ;" and blanks at its ends`);
    }
  }

  /**
   * What somebody else has changed in the file meanwhile (an editor, `petrel backup schedule`) stays
   * there; here it counts from the next start on.
   */
  #write(changes: readonly (readonly [OptionName, string])[]): void {
    const onDisk = this.#onDisk();
    for (const [name, text] of changes) this.#put(onDisk, name, text);
    this.#save(onDisk);
  }

  #save(file: IniFile): void {
    try {
      writeFileAtomically(this.path, file.toBytes());
    } catch (error) {
      const advice = 'check that the data directory is yours and has room, or choose another';
      throw new UserError(`cannot write ${this.path} (${errorText(error)}); ${advice}`, {
        cause: error,
      });
    }
  }

  /** Where it is gone or cannot be understood any more, what is known of it takes its place. */
  #onDisk(): IniFile {
    if (!existsSync(this.path)) return this.#file;
    try {
      return readIni(this.path);
    } catch (error) {
      if (error instanceof UserError) return this.#file;
      throw error;
    }
  }

  /** The file holds a password. */
  #protect(): void {
    try {
      chmodSync(this.path, 0o600);
    } catch {
      // Some file systems have no modes; the directory protects what is in it.
    }
  }
}

function splitName(name: OptionName): [section: string, option: string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}
