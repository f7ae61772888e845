/** What the checks of `petrel doctor` start from, found out once. */
import { readFileSync } from 'node:fs';
import { cookiePath } from '../../api/cookie-file.js';
import type { ResultOf } from '../../api/native/schema/all.js';
import { PetrelClient } from '../../client/client.js';
import {
  checkSettings,
  type Finding as SettingFinding,
} from '../../node/settings/settings-check.js';
import type { Settings, SettingsOptions } from '../../node/settings/settings.js';
import { inspectLock, type LockState } from '../../store/lock.js';
import type { Clock } from '../../util/clock.js';
import { errorText, UserError } from '../../util/errors.js';
import { apiUrl } from '../api-url.js';

export interface DoctorOptions {
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Reads databases of any size to the end. */
  readonly full: boolean;
  readonly clock: Clock;
}

/** What the running node says of itself. */
export interface NodeView {
  readonly url: string;
  readonly info: ResultOf<'node.info'>;
  readonly network: ResultOf<'network.status'>;
  readonly conditions: ResultOf<'node.conditions'>['conditions'];
}

export interface DoctorContext extends DoctorOptions {
  /** Undefined when they are wrong. */
  readonly settings: Settings | undefined;
  /** What is wrong or odd with them. */
  readonly settingsFindings: readonly SettingFinding[];
  readonly lock: LockState;
  /** Undefined when none answers. */
  readonly node: NodeView | undefined;
  /** Why a node that runs does not answer; ''. */
  readonly silence: string;
  /** Nobody outside this machine may be asked. */
  readonly offline: boolean;
}

/** A node under load takes seconds; one that takes longer is no help. */
const ANSWER_LIMIT_MS = 10_000;

export async function examine(options: DoctorOptions): Promise<DoctorContext> {
  const { dataDir, environment } = options;
  const { settings, findings } = readSettings({ dataDir, environment });
  const lock = inspectLock(dataDir);
  const asked = settings && lock.isHeld ? await ask(dataDir, settings) : undefined;
  return {
    ...options,
    settings,
    settingsFindings: findings,
    lock,
    node: typeof asked === 'object' ? asked : undefined,
    silence: typeof asked === 'string' ? asked : '',
    // Wrong settings may have meant it.
    offline: settings?.boolean('network.offline') ?? true,
  };
}

/** Without settings where the node would not start with them. */
function readSettings(options: SettingsOptions): {
  settings: Settings | undefined;
  findings: readonly SettingFinding[];
} {
  try {
    const { settings, findings } = checkSettings(options);
    const isRight = findings.every(({ severity }) => severity !== 'error');
    return { settings: isRight ? settings : undefined, findings };
  } catch (error) {
    // The file cannot be read at all.
    if (!(error instanceof UserError)) throw error;
    return { settings: undefined, findings: [{ severity: 'error', message: error.message }] };
  }
}

async function ask(dataDir: string, settings: Settings): Promise<NodeView | string> {
  const url = apiUrl(settings);
  try {
    const [username = '', password = ''] = readFileSync(cookiePath(dataDir), 'utf8')
      .trim()
      .split(':');
    const client = new PetrelClient({ url, username, password });
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const [network, { conditions }] = await Promise.all([
      client.call('network.status', {}, signal),
      client.call('node.conditions', {}, signal),
    ]);
    // Waits for the identities, which take a while at the start.
    const info = await client.call('node.info', {}, signal);
    return { url, info, network, conditions };
  } catch (error) {
    return errorText(error);
  }
}
