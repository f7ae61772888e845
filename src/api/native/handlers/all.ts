/** A handler for every method. */
import type { Handlers } from '../context.js';
import type { MethodName } from '../schema/all.js';
import { addressHandlers } from './addresses.js';
import { bookHandlers } from './books.js';
import { draftHandlers } from './drafts.js';
import { identityHandlers } from './identities.js';
import { logHandlers } from './log.js';
import { messageHandlers } from './messages.js';
import { nodeHandlers } from './node.js';
import { outgoingHandlers } from './outgoing.js';
import { settingHandlers } from './settings.js';

export const NATIVE_HANDLERS: Handlers<MethodName> = {
  ...messageHandlers,
  ...draftHandlers,
  ...outgoingHandlers,
  ...identityHandlers,
  ...bookHandlers,
  ...addressHandlers,
  ...nodeHandlers,
  ...settingHandlers,
  ...logHandlers,
};
