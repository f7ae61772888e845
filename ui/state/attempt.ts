/** Does something the person asked for and says how it ended. */
import type { TextKey } from '../texts/languages.js';
import { errorCodeOf } from './api.js';
import { t } from './texts.svelte.js';
import { toasts } from './toasts.svelte.js';

/** Words for what can go wrong by what a person did. */
const ERROR_WORDS: Readonly<Record<string, TextKey>> = {
  'not-found': 'messageGone',
  'already-there': 'errorAlreadyThere',
  'invalid-address': 'addressInvalid',
  'unusable-address': 'errorUnusableAddress',
  'unknown-identity': 'errorUnknownIdentity',
  'identity-disabled': 'errorIdentityDisabled',
  'identity-exists': 'errorIdentityExists',
  'chan-name-mismatch': 'errorChanMismatch',
  'message-too-long': 'errorTooLong',
  'wrong-state': 'errorWrongState',
  'wrong-password': 'errorWrongPassword',
  'invalid-value': 'errorInvalidValue',
  'takeover-running': 'errorTakeoverRunning',
  offline: 'errorOffline',
};

export function errorText(error: unknown): string {
  const key = ERROR_WORDS[errorCodeOf(error)];
  if (key) return t(key);
  return t('errorUnknown', { reason: error instanceof Error ? error.message : String(error) });
}

/**
 * @param done said when it worked; '' for nothing.
 * @returns what `task` gave; undefined when it failed, which has then been said.
 */
export async function attempt<Result>(
  task: () => Promise<Result>,
  done = '',
): Promise<Result | undefined> {
  try {
    const result = await task();
    if (done) toasts.show(done);
    return result;
  } catch (error) {
    toasts.show(errorText(error), 'bad');
    return undefined;
  }
}
