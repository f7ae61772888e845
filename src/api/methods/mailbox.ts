/** Reading messages, and the trash. [api.py] */
import { hexArgument, readStatusArgument } from '../arguments.js';
import type { CallContext, Command } from '../command.js';
import type { NodeEvents } from '../../node/events.js';
import type { MailboxKey } from '../../store/mailbox/mailbox-repository.js';
import type { InboxRecord, SentRecord } from '../../store/repositories.js';
import { toHex } from '../../util/bytes.js';
import { base64Text } from '../text-fields.js';
import type { ApiValue } from '../values.js';

export const readingCommands: Command[] = [
  {
    names: ['getAllInboxMessages'],
    parameters: [],
    help: 'The inbox, oldest first.',
    async run({ node }) {
      return { inboxMessages: (await node.store.inbox.list('inbox')).map(inboxMessage) };
    },
  },
  {
    names: ['getAllInboxMessageIds', 'getAllInboxMessageIDs'],
    parameters: [],
    help: 'Ids of the messages in the inbox, oldest first.',
    async run({ node }) {
      return { inboxMessageIds: messageIds(await node.store.inbox.listIds('inbox')) };
    },
  },
  {
    names: ['getInboxMessageById', 'getInboxMessageByID'],
    parameters: ['msgid', 'readStatus'],
    optional: 1,
    help: 'One received message; with a status, it is marked read or unread first.',
    async run(context, [given, givenStatus]) {
      const msgid = hexArgument(context, given);
      const read = readStatusArgument(context, givenStatus);
      const { inbox } = context.node.store;
      if (read !== undefined && (await inbox.setRead(msgid, read))) {
        tellChanged(context, 'in', msgid, 'labels');
      }
      const record = await inbox.get(msgid);
      return record ? { inboxMessage: [inboxMessage(record)] } : null;
    },
  },
  {
    names: ['getInboxMessagesByReceiver'],
    legacyNames: ['getInboxMessagesByAddress'],
    parameters: ['toAddress'],
    help: 'The messages in the inbox that came to one address.',
    async run({ node }, [address]) {
      const records =
        typeof address === 'string' ? await node.store.inbox.listByReceiver(address) : [];
      return { inboxMessages: records.map(inboxMessage) };
    },
  },
  {
    names: ['getAllSentMessages'],
    parameters: [],
    help: 'The sent messages by time of their last change.',
    async run({ node }) {
      return { sentMessages: (await node.store.sent.list('sent')).map(sentMessage) };
    },
  },
  {
    names: ['getAllSentMessageIds', 'getAllSentMessageIDs'],
    parameters: [],
    help: 'Ids of the sent messages by time of their last change.',
    async run({ node }) {
      return { sentMessageIds: messageIds(await node.store.sent.listIds('sent')) };
    },
  },
  {
    names: ['getSentMessageById', 'getSentMessageByID'],
    parameters: ['msgid'],
    help: 'One sent message.',
    async run(context, [given]) {
      const record = await context.node.store.sent.get(hexArgument(context, given));
      return record ? { sentMessage: [sentMessage(record)] } : null;
    },
  },
  {
    names: ['getSentMessagesByAddress', 'getSentMessagesBySender'],
    parameters: ['fromAddress'],
    help: 'The messages sent from one address by time of their last change.',
    async run({ node }, [address]) {
      const records =
        typeof address === 'string' ? await node.store.sent.listBySender(address) : [];
      return { sentMessages: records.map(sentMessage) };
    },
  },
  {
    names: ['getSentMessageByAckData'],
    parameters: ['ackData'],
    help: 'The sent message with that acknowledgement data.',
    async run(context, [given]) {
      const record = await context.node.store.sent.getByAckData(hexArgument(context, given));
      return record ? { sentMessage: [sentMessage(record)] } : null;
    },
  },
];

export const trashCommands: Command[] = [
  {
    names: ['trashMessage'],
    parameters: ['msgid'],
    help: 'Moves a message to the trash, received and sent.',
    async run(context, [given]) {
      const msgid = hexArgument(context, given);
      const { sent, trash } = context.node.store;
      const record = await sent.get(msgid);
      await trash.trash(msgid);
      if (record) {
        context.node.outbox.cancel(record.ackData);
        tellChanged(context, 'out', record.ackData, 'trashed');
      } else tellChanged(context, 'in', msgid, 'trashed');
      return 'Trashed message (assuming message existed).';
    },
  },
  {
    names: ['trashInboxMessage'],
    parameters: ['msgid'],
    help: 'Moves a received message to the trash.',
    async run(context, [given]) {
      const msgid = hexArgument(context, given);
      if (await context.node.store.inbox.move(msgid, 'trash')) {
        tellChanged(context, 'in', msgid, 'trashed');
      }
      return 'Trashed inbox message (assuming message existed).';
    },
  },
  {
    names: ['trashSentMessage'],
    parameters: ['msgid'],
    help: 'Moves a sent message to the trash; it is not sent again.',
    async run(context, [given]) {
      const record = await context.node.store.sent.get(hexArgument(context, given));
      if (record) await trashSent(context, record.ackData);
      return 'Trashed sent message (assuming message existed).';
    },
  },
  {
    names: ['trashSentMessageByAckData'],
    parameters: ['ackData'],
    help: 'Moves the sent message with that acknowledgement data to the trash.',
    async run(context, [given]) {
      await trashSent(context, hexArgument(context, given));
      return 'Trashed sent message (assuming message existed).';
    },
  },
  {
    names: ['undeleteMessage'],
    testModeOnly: true,
    parameters: ['msgid'],
    help: 'Moves a received message from the trash to the inbox.',
    async run(context, [given]) {
      const msgid = hexArgument(context, given);
      if (await context.node.store.inbox.move(msgid, 'inbox')) {
        tellChanged(context, 'in', msgid, 'restored');
      }
      return 'Undeleted message';
    },
  },
];

/** What lies in the trash is not sent again. */
async function trashSent(context: CallContext, ackData: Uint8Array): Promise<void> {
  const { store, outbox } = context.node;
  if (!(await store.sent.update(ackData, { folder: 'trash' }))) return;
  outbox.cancel(ackData);
  tellChanged(context, 'out', ackData, 'trashed');
}

/** So that an open mailbox shows what another program did. */
function tellChanged(
  { node }: CallContext,
  direction: MailboxKey['direction'],
  id: Uint8Array,
  change: NodeEvents['messagesChanged']['change'],
): void {
  node.events?.emit('messagesChanged', { keys: [{ direction, id }], change });
}

/** @param ids with blanks between them */
function messageIds(ids: string): ApiValue[] {
  return ids === '' ? [] : ids.split(' ').map((msgid) => ({ msgid }));
}

function inboxMessage(record: InboxRecord): ApiValue {
  return {
    msgid: toHex(record.msgid),
    toAddress: record.toAddress,
    fromAddress: record.fromAddress,
    subject: base64Text(record.subject),
    message: base64Text(record.body),
    encodingType: record.encoding,
    // Text and number, not the other way round: typed clients rely on both.
    receivedTime: String(record.receivedS),
    read: record.read ? 1 : 0,
  };
}

function sentMessage(record: SentRecord): ApiValue {
  return {
    msgid: toHex(record.msgid),
    toAddress: record.toAddress,
    fromAddress: record.fromAddress,
    subject: base64Text(record.subject),
    message: base64Text(record.body),
    encodingType: record.encoding,
    lastActionTime: record.lastActionS,
    status: record.status,
    ackData: toHex(record.ackData),
  };
}
