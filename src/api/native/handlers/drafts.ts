/** What has been typed and not sent. */
import type { DraftRecord } from '../../../store/mailbox/mailbox-repository.js';
import { toHex } from '../../../util/bytes.js';
import { randomBytes } from '../../../util/random.js';
import type { Handlers, NativeContext } from '../context.js';
import { NativeError } from '../native-error.js';
import type { Draft, outgoingMethods } from '../schema/outgoing.js';

const MAX_DRAFTS = 1_000;
const ID_BYTES = 16;
const CURSOR = /^(\d{1,15})\.(.{1,64})$/;

type DraftMethod = Extract<keyof typeof outgoingMethods, `drafts.${string}`>;

export const draftHandlers: Handlers<DraftMethod> = {
  'drafts.list': async ({ node }, { limit, cursor }) => {
    const [, savedS, id = ''] = CURSOR.exec(cursor ?? '') ?? [];
    if (cursor !== undefined && savedS === undefined) {
      throw new NativeError('invalid-cursor', 'not a cursor of the drafts', { field: 'cursor' });
    }
    const after = savedS === undefined ? undefined : { savedS: Number(savedS), id };
    const drafts = await node.store.drafts.list(after, limit);
    const last = drafts.at(-1);
    return {
      drafts: drafts.map(shown),
      ...(last && drafts.length === limit && { nextCursor: `${last.savedS}.${last.id}` }),
    };
  },
  'drafts.get': async ({ node }, { id }) => {
    const draft = await node.store.drafts.get(id);
    if (!draft) throw new NativeError('not-found', 'there is no such draft');
    return shown(draft);
  },
  'drafts.save': async ({ node, clock }, params) => {
    const { to: recipients, id = toHex(randomBytes(ID_BYTES)), ...rest } = params;
    const savedS = clock.nowS();
    const record = { ...rest, id, recipients, savedS, ttlS: rest.ttlS, inReplyTo: rest.inReplyTo };
    if (!(await node.store.drafts.put(record, MAX_DRAFTS))) {
      throw new NativeError('wrong-state', `there are ${MAX_DRAFTS} drafts already`);
    }
    node.events.emit('draftChanged', { id, deleted: false });
    return { id, savedS };
  },
  'drafts.delete': async (context, { id }) => ({ deleted: await deleteDraft(context, id) }),
};

/** False when there was none. */
export async function deleteDraft(
  { node }: Pick<NativeContext, 'node'>,
  id: string,
): Promise<boolean> {
  const deleted = await node.store.drafts.remove(id);
  if (deleted) node.events.emit('draftChanged', { id, deleted });
  return deleted;
}

function shown({ recipients, ttlS, inReplyTo, ...rest }: DraftRecord): Draft {
  return {
    ...rest,
    to: [...recipients],
    ...(ttlS !== undefined && { ttlS }),
    ...(inReplyTo !== undefined && { inReplyTo }),
  };
}
