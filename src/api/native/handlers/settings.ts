/** The settings, with what they mean. */
import {
  optionSpec,
  OPTION_NAMES,
  isOptionName,
  type OptionName,
} from '../../../node/settings/option-table.js';
import { UserError } from '../../../util/errors.js';
import type { Handlers, NativeNode } from '../context.js';
import { NativeError } from '../native-error.js';
import type { nodeMethods, Setting } from '../schema/node.js';

type SettingMethod = Extract<keyof typeof nodeMethods, `settings.${string}`>;

/**
 * What a logged-in page must not change: where the API listens and who may use it (a mistake would lock
 * everybody out), what is run as a program, which files are
 * read and where files are written, and what belongs to the file itself.
 */
const FIXED: ReadonlySet<OptionName> = new Set<OptionName>([
  'bitmessagesettings.settingsversion',
  'bitmessagesettings.apienabled',
  'bitmessagesettings.apiinterface',
  'bitmessagesettings.apiport',
  'bitmessagesettings.apivariant',
  'bitmessagesettings.apiusername',
  'bitmessagesettings.apipassword',
  'bitmessagesettings.apiallowedhosts',
  'bitmessagesettings.apitrustedproxies',
  'bitmessagesettings.apinotifypath',
  'bitmessagesettings.extralowdifficulty',
  'backup.directory',
  'backup.passphrasefile',
]);

/** When one of these rises, mail that was too difficult may not be any more. */
const LIMITS: readonly string[] = [
  'bitmessagesettings.maxacceptablenoncetrialsperbyte',
  'bitmessagesettings.maxacceptablepayloadlengthextrabytes',
];

export const settingHandlers: Handlers<SettingMethod> = {
  'settings.list': ({ node }) => ({
    settings: OPTION_NAMES.filter((name) => optionSpec(name).use === 'used').map((name) =>
      shown(node, name),
    ),
  }),
  'settings.set': async ({ node }, { values }) => {
    const changes = Object.entries(values).map(([given, value]) => {
      const name = given.toLowerCase();
      if (!isOptionName(name)) {
        throw new NativeError('not-found', 'there is no such setting', { field: given });
      }
      if (FIXED.has(name)) {
        const advice = 'change it in settings.ini or at the start';
        throw new NativeError('fixed-setting', `${name}: ${advice}`, { field: given });
      }
      return [name, value] as const;
    });
    try {
      node.settings.setAll(changes);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new NativeError('invalid-value', error.message, { cause: error });
    }
    const names = changes.map(([name]) => name);
    node.events.emit('settingsChanged', { names });
    if (names.some((name) => LIMITS.includes(name))) await node.outbox.retryTooDifficult();
    return { needsRestart: names.filter((name) => !isLive(name)) };
  },
};

function isLive(name: OptionName): boolean {
  return optionSpec(name).live ?? false;
}

function shown({ settings }: Pick<NativeNode, 'settings'>, name: OptionName): Setting {
  const spec = optionSpec(name);
  const { type, secret = false, explanation, unit, range, choices } = spec;
  return {
    name,
    type,
    value: secret ? '' : settings.get(name),
    defaultValue: spec.default,
    explanation,
    origin: settings.origin(name),
    secret,
    ...(unit !== undefined && { unit }),
    ...(range && { min: range[0], max: range[1] }),
    ...(choices && { choices: [...choices] }),
    editable: !FIXED.has(name),
    needsRestart: !isLive(name),
  };
}
