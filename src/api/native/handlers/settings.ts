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
 * everybody out), what is run as a program, and what belongs to the file itself.
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
]);

/** Followed at once (node/mail-settings.ts, this API); all others are read at the start. */
const LIVE: ReadonlySet<OptionName> = new Set<OptionName>([
  'bitmessagesettings.ttl',
  'bitmessagesettings.stopresendingafterxdays',
  'bitmessagesettings.stopresendingafterxmonths',
  'bitmessagesettings.defaultnoncetrialsperbyte',
  'bitmessagesettings.defaultpayloadlengthextrabytes',
  'bitmessagesettings.maxacceptablenoncetrialsperbyte',
  'bitmessagesettings.maxacceptablepayloadlengthextrabytes',
  'bitmessagesettings.willinglysendtomobile',
  'bitmessagesettings.ackstealthlevel',
  'bitmessagesettings.numberofnullbytesonaddress',
  'bitmessagesettings.blackwhitelist',
  'privacy.ackdelay',
  'privacy.keyanswerdelay',
  'zlib.maxsize',
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
    return { needsRestart: names.filter((name) => !LIVE.has(name)) };
  },
};

function shown({ settings }: Pick<NativeNode, 'settings'>, name: OptionName): Setting {
  const { type, secret = false, explanation, range, choices, default: standard } = optionSpec(name);
  return {
    name,
    type,
    value: secret ? '' : settings.get(name),
    defaultValue: standard,
    explanation,
    origin: settings.origin(name),
    secret,
    ...(range && { min: range[0], max: range[1] }),
    ...(choices && { choices: [...choices] }),
    editable: !FIXED.has(name),
    needsRestart: !LIVE.has(name),
  };
}
