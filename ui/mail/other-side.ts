/** Whom a message is about, from where the person stands. */
import { overview } from '../state/overview.svelte.js';
import type { MessageSummary } from '../state/records.js';
import { t } from '../state/texts.svelte.js';

export interface OtherSide {
  readonly address: string;
  readonly name: string;
  /** `→ ` for own mail. */
  readonly prefix: string;
}

/** The sender of what was received, the recipient of what was written. */
export function otherSide(message: MessageSummary): OtherSide {
  if (message.direction === 'in') {
    const { fromAddress, fromName } = message;
    return { address: fromAddress, name: fromName || fromAddress, prefix: '' };
  }
  if (message.kind === 'broadcast') {
    return { address: message.fromAddress, name: t('broadcast'), prefix: '→ ' };
  }
  const { toAddress, toName } = message;
  return {
    address: toAddress,
    name: toName || overview.nameOf(toAddress) || toAddress,
    prefix: '→ ',
  };
}
