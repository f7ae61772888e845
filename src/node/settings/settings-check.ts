/** All that is wrong with the settings of a node, without starting it. */
import { accessSync, constants } from 'node:fs';
import { isAbsolute } from 'node:path';
import { UserError } from '../../util/errors.js';
import { ENVIRONMENT_VARIABLES, OPTION_VARIABLE_PREFIX } from './environment-variables.js';
import { editDistance, nearestName } from './nearest.js';
import type { OptionName } from './option-table.js';
import { readProxySettings } from './proxy-settings.js';
import { SettingError } from './setting-error.js';
import { Settings, type SettingsOptions } from './settings.js';

/** `error`: the node does not start, or not as it should. `warning`: it does, and something is odd. */
export type Severity = 'error' | 'warning';

export interface Finding {
  readonly severity: Severity;
  /** One line: where, which option, what, and what to do. */
  readonly message: string;
}

const VARIABLE_PREFIX = 'PETREL_';
/**
 * Variables with a name this near to a known one are meant to be that. Others are left alone: container
 * platforms make PETREL_PORT and the like for a service that is called petrel.
 */
const MAX_VARIABLE_DISTANCE = 2;

/** Reads settings.ini and looks at everything; writes nothing. Errors come first. */
export function checkSettings(options: SettingsOptions): {
  settings: Settings;
  findings: Finding[];
} {
  const { settings, problems } = Settings.inspect(options);
  const errors = problems.map(({ message }) => message);
  // What does not count would make the rest look wrong, too.
  if (errors.length === 0) errors.push(...contradictions(settings));
  const warnings = [
    ...settings
      .unknownOptions()
      .map(
        ({ name, place, nearest }) =>
          `${place}: ${name}: unknown option, kept without use; the nearest is ${nearest}`,
      ),
    ...unknownVariables(options.environment ?? {}),
    ...(errors.length === 0 ? oddities(settings) : []),
  ];
  const all = (severity: Severity, messages: readonly string[]): Finding[] =>
    messages.map((message) => ({ severity, message }));
  return { settings, findings: [...all('error', errors), ...all('warning', warnings)] };
}

/** Combinations with which the node does not start. */
function contradictions(settings: Settings): string[] {
  try {
    readProxySettings(settings);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const option = error instanceof SettingError ? error.option : undefined;
    return [option === undefined ? error.message : placed(settings, option, error.message)];
  }
}

function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = ENVIRONMENT_VARIABLES.map(({ name }) => name);
  return Object.keys(environment)
    .filter((name) => name.startsWith(VARIABLE_PREFIX) && !name.startsWith(OPTION_VARIABLE_PREFIX))
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, nearest: nearestName(name, known) }))
    .filter(({ name, nearest }) => editDistance(name, nearest) <= MAX_VARIABLE_DISTANCE)
    .map(({ name, nearest }) => `${name}: unknown variable, not used; the nearest is ${nearest}`);
}

/** Combinations that hardly anybody wants. */
function oddities(settings: Settings): string[] {
  const found: string[] = [];
  const add = (option: OptionName, text: string): void => {
    const message = `${option}=${settings.get(option)}: ${text}`;
    found.push(placed(settings, option, message));
  };
  const isOn = (option: Parameters<Settings['boolean']>[0]): boolean => settings.boolean(option);
  const trusted = settings.list('bitmessagesettings.trustedpeer').length > 0;
  if (isOn('bitmessagesettings.extralowdifficulty') && !isOn('network.offline') && !trusted) {
    add('bitmessagesettings.extralowdifficulty', 'the network does not take mail of the test mode');
  }
  if (trusted && !isOn('bitmessagesettings.sendoutgoingconnections')) {
    add('bitmessagesettings.sendoutgoingconnections', 'the trusted peers are not dialled either');
  }
  const [days, months] = [
    settings.get('bitmessagesettings.stopresendingafterxdays').trim(),
    settings.get('bitmessagesettings.stopresendingafterxmonths').trim(),
  ];
  if ((days === '') !== (months === '')) {
    const [given, missing] =
      days === '' ? (['months', 'days'] as const) : (['days', 'months'] as const);
    const text = `nothing ever stops unless stopresendingafterx${missing} is set, too (0 will do)`;
    add(`bitmessagesettings.stopresendingafterx${given}`, text);
  }
  addApiOddities(settings, add);
  return found;
}

function addApiOddities(settings: Settings, add: (option: OptionName, text: string) => void): void {
  if (!settings.boolean('bitmessagesettings.apienabled')) return;
  const port = settings.integer('bitmessagesettings.apiport');
  if (port !== 0 && port === settings.integer('bitmessagesettings.port')) {
    add(
      'bitmessagesettings.apiport',
      'bitmessagesettings.port is the same; one of them has to move',
    );
  }
  const host = settings.text('bitmessagesettings.apiinterface');
  if (!/^(127\.|::1$|localhost$)/.test(host)) {
    const advice = 'put a TLS proxy in front of it (docs/tls-proxy.md)';
    add('bitmessagesettings.apiinterface', `passwords cross the network in the clear; ${advice}`);
  }
  if (settings.list('bitmessagesettings.apitrustedproxies').some((text) => /\/0+$/.test(text))) {
    add(
      'bitmessagesettings.apitrustedproxies',
      'everybody can say to be anybody; name the proxy alone',
    );
  }
  const program = settings.text('bitmessagesettings.apinotifypath');
  const problem = program === '' ? undefined : programProblem(program);
  if (problem !== undefined) add('bitmessagesettings.apinotifypath', problem);
}

function programProblem(path: string): string | undefined {
  if (!path.includes('/')) return undefined; // Looked for in PATH, which the node's may differ from.
  if (!isAbsolute(path)) return 'found only from the directory that the node is started in';
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return 'no program that may be run';
  }
}

/** Behind the place of the value, unless nobody set it. */
function placed(settings: Settings, option: OptionName, message: string): string {
  const isSet = settings.origin(option) !== 'default';
  return isSet ? `${settings.place(option)}: ${message}` : message;
}
