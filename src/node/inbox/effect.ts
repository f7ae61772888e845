/** What processing an object comes to. */
import type { ObjectHeader } from '../../objects/object.js';
import type { MailChanges, MailChangesResult } from '../../store/repositories.js';

/**
 * `changes` are committed together with the position in the feed, so that each object has its effect
 * once; `after` runs when they are durable.
 */
export interface Effect {
  readonly changes: Omit<MailChanges, 'feedPosition' | 'doneAbove' | 'backfill'>;
  readonly after?: (result: MailChangesResult) => void | Promise<void>;
}

/** An accepted object on its way through the node. */
export interface ReceivedObject {
  /** 32-byte inventory hash. */
  readonly hash: Uint8Array;
  readonly object: Uint8Array;
  readonly header: ObjectHeader;
}
