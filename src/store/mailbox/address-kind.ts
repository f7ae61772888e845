/** What a message is by its receiver. */
import type { Connection } from '../connection.js';

/** Direct mail, a post in a chan, or a broadcast. */
export type MailKind = 'direct' | 'chan' | 'feed';

/** In the place of a receiver in rows of broadcasts. [storage.md §3.2] */
const BROADCAST_RECEIVER = '[Broadcast subscribers]';

/** A chan is one as long as it is joined; what came in keeps its place when it is left. */
export function addressKindOf(connection: Connection): (toAddress: string) => MailKind {
  const isChan = connection.prepare<{ chan: number }>(
    'SELECT chan FROM identity WHERE address = ?',
  );
  return (toAddress) => {
    if (toAddress === BROADCAST_RECEIVER) return 'feed';
    return (isChan.get(toAddress)?.chan ?? 0) !== 0 ? 'chan' : 'direct';
  };
}
