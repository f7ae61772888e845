/** Messages in a table, a line each. */
import type { MessageSummary } from '../../api/native/schema/messages.js';
import type { CommandContext } from '../program.js';
import { localMinute } from '../terminal/quantities.js';
import { tableLines, type Column } from '../terminal/table.js';
import { messageName } from './message-names.js';
import { statusWords } from './state-words.js';

const SHRUNK_NAME = 12;
const SHRUNK_SUBJECT = 16;

type Shown = MessageSummary;

const FIELDS = {
  id: { title: 'ID', align: 'right', value: messageName },
  marks: { title: 'N*', value: marksOf },
  date: { title: 'DATE', value: ({ timeS }: Shown) => localMinute(timeS) },
  from: {
    title: 'FROM',
    shrinkTo: SHRUNK_NAME,
    value: ({ fromName, fromAddress }: Shown) => fromName || fromAddress,
  },
  to: {
    title: 'TO',
    shrinkTo: SHRUNK_NAME,
    value: ({ toName, toAddress }: Shown) => toName || toAddress,
  },
  state: {
    title: 'STATE',
    value: ({ outgoing }: Shown) => (outgoing ? statusWords(outgoing) : ''),
  },
  subject: { title: 'SUBJECT', shrinkTo: SHRUNK_SUBJECT, value: ({ subject }: Shown) => subject },
} as const satisfies Record<string, Column & { value: (message: Shown) => string }>;

export type MessageField = keyof typeof FIELDS;

/** Unread received mail is bold. */
export function printMessages(
  messages: readonly MessageSummary[],
  fields: readonly MessageField[],
  context: CommandContext,
): void {
  const columns = fields.map((field) => FIELDS[field]);
  const rows = messages.map((message) => ({
    cells: columns.map(({ value }) => value(message)),
    strong: isUnread(message),
  }));
  for (const line of tableLines(columns, rows, context.screen)) context.print(line);
}

/** Own mail is never unread. */
export function isUnread({ read, direction }: MessageSummary): boolean {
  return !read && direction === 'in';
}

/** `N` new, `*` starred. */
function marksOf(message: Shown): string {
  return `${isUnread(message) ? 'N' : ' '}${message.starred ? '*' : ''}`;
}
