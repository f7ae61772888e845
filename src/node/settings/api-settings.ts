/** The settings by which API clients find their node: always in settings.ini. */
import { randomBytes } from '../../util/random.js';
import type { OptionName } from './option-table.js';
import type { Settings } from './settings.js';

/** What client programs look for in PyBitmessage's keys.dat [bitmessagecli.py]. */
export const API_OPTIONS: readonly OptionName[] = [
  'bitmessagesettings.settingsversion',
  'bitmessagesettings.port',
  'bitmessagesettings.apienabled',
  'bitmessagesettings.apiinterface',
  'bitmessagesettings.apiport',
  'bitmessagesettings.apivariant',
  'bitmessagesettings.apiusername',
  'bitmessagesettings.apipassword',
];

/** 64 and 192 random bits. */
const USERNAME_BYTES = 8;
const PASSWORD_BYTES = 24;

/** Where they may be known to everybody: see {@link writeApiSettings}. */
const LOGIN_OPTIONS: ReadonlySet<OptionName> = new Set([
  'bitmessagesettings.apiusername',
  'bitmessagesettings.apipassword',
]);

/**
 * Makes up user and password at the first start and writes them to settings.ini.
 * @throws UserError when the file cannot be written.
 */
export function makeApiLogin(settings: Settings): void {
  const made: [OptionName, string][] = [];
  if (settings.text('bitmessagesettings.apiusername') === '') {
    made.push(['bitmessagesettings.apiusername', randomText(USERNAME_BYTES)]);
  }
  if (settings.text('bitmessagesettings.apipassword') === '') {
    made.push(['bitmessagesettings.apipassword', randomText(PASSWORD_BYTES)]);
  }
  if (made.length > 0) settings.setAll(made);
}

/**
 * Writes all API settings, as they are for this start, to settings.ini. To be called when the API
 * listens: what made a start fail must not stay for the next one.
 * @param publicLogin user and password of this start are those of PyBitmessage's tests, known to
 *   everybody: they are not written, so that no later start uses them.
 * @throws UserError when the file cannot be written.
 */
export function writeApiSettings(settings: Settings, publicLogin = false): void {
  // Port 0 stands for whatever is free: nothing that another start or program could use.
  const isAnyPort = settings.integer('bitmessagesettings.port') === 0;
  const isLeftOut = (name: OptionName): boolean =>
    (isAnyPort && name === 'bitmessagesettings.port') || (publicLogin && LOGIN_OPTIONS.has(name));
  settings.persist(API_OPTIONS.filter((name) => !isLeftOut(name)));
}

/** Letters, digits, `-` and `_`: nothing that a settings file or a URL has to escape. */
function randomText(bytes: number): string {
  return Buffer.from(randomBytes(bytes)).toString('base64url');
}
