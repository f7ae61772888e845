/** The settings by which API clients find their node: always in settings.ini. */
import { randomBytes } from '../../util/random.js';
import type { OptionName } from './option-table.js';
import type { Settings } from './settings.js';

/** What client programs look for in PyBitmessage's keys.dat [clients.md §1]. */
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

/**
 * Makes up user and password at the first start and writes all API settings, as they are for this
 * start, to settings.ini.
 * @throws UserError when the file cannot be written.
 */
export function writeApiSettings(settings: Settings): void {
  const made: [OptionName, string][] = [];
  if (settings.text('bitmessagesettings.apiusername') === '') {
    made.push(['bitmessagesettings.apiusername', randomText(USERNAME_BYTES)]);
  }
  if (settings.text('bitmessagesettings.apipassword') === '') {
    made.push(['bitmessagesettings.apipassword', randomText(PASSWORD_BYTES)]);
  }
  if (made.length > 0) settings.setAll(made);
  // Port 0 stands for whatever is free: nothing that another start or program could use.
  const isAnyPort = settings.integer('bitmessagesettings.port') === 0;
  settings.persist(API_OPTIONS.filter((name) => name !== 'bitmessagesettings.port' || !isAnyPort));
}

/** Letters, digits, `-` and `_`: nothing that a settings file or a URL has to escape. */
function randomText(bytes: number): string {
  return Buffer.from(randomBytes(bytes)).toString('base64url');
}
