/** Records of the store, as the native API shows them. */
import { decodeAddress } from '../../objects/address.js';
import type { MailboxKey, MailboxRow } from '../../store/mailbox/mailbox-repository.js';
import type { IdentityRecord, ListedAddress as ListedRecord } from '../../store/repositories.js';
import { displayText, fromHex, toHex } from '../../util/bytes.js';
import type { NativeNode } from './context.js';
import { NativeError } from './native-error.js';
import { outgoingStateOf } from './outgoing-state.js';
import { PREVIEW_CHARACTERS, type Message, type MessageSummary } from './schema/messages.js';
import type { Identity, ListedAddress } from './schema/people.js';

const BROADCAST_RECEIVER = '[Broadcast subscribers]';

export function messageIdOf({ direction, id }: MailboxKey): string {
  return `${direction}-${toHex(id)}`;
}

/** Of an id that the schema let through. */
export function keyOf(id: string): MailboxKey {
  const dash = id.indexOf('-');
  const hex = id.slice(dash + 1);
  if (hex.length % 2 !== 0) throw new NativeError('invalid-params', 'half a byte in an id');
  return { direction: id.startsWith('in') ? 'in' : 'out', id: fromHex(hex) };
}

export function threadIdOf(thread: Uint8Array): string {
  return Buffer.from(thread).toString('base64url');
}

export function threadOfId(id: string): Uint8Array {
  return new Uint8Array(Buffer.from(id, 'base64url'));
}

/** What people call an address: its label here, or ''. */
export function nameOf(node: NativeNode, address: string): string {
  const record =
    node.identities.get(address) ?? node.contacts.get(address) ?? node.subscriptions.get(address);
  return record ? displayText(record.label) : '';
}

export function messageSummary(node: NativeNode, row: MailboxRow): MessageSummary {
  const { sending } = row;
  return {
    id: messageIdOf(row),
    number: row.row,
    threadId: threadIdOf(row.thread),
    direction: row.direction,
    kind: kindOf(node, row),
    fromAddress: row.fromAddress,
    fromName: nameOf(node, row.fromAddress),
    toAddress: row.toAddress,
    toName: nameOf(node, row.toAddress),
    subject: displayText(row.subject),
    preview: previewOf(row.body),
    timeS: row.timeS,
    sizeBytes: row.sizeBytes,
    encoding: row.encoding,
    read: row.read,
    starred: row.starred,
    archived: row.archived,
    place: placeOf(row),
    ...(sending && { outgoing: outgoingStateOf(node, row, sending) }),
  };
}

export function wholeMessage(node: NativeNode, row: MailboxRow): Message {
  return { ...messageSummary(node, row), body: displayText(row.body) };
}

function kindOf(node: NativeNode, row: MailboxRow): MessageSummary['kind'] {
  if (row.toAddress === BROADCAST_RECEIVER) return 'broadcast';
  const isPost = row.place === 'chan' || node.identities.get(row.toAddress)?.chan === true;
  return isPost ? 'chan' : 'direct';
}

function placeOf({ folder, direction, place }: MailboxRow): MessageSummary['place'] {
  if (folder === 'trash') return 'trash';
  if (direction === 'out') return 'sent';
  const places = { direct: 'inbox', request: 'requests', chan: 'chans', feed: 'feeds' } as const;
  return places[place];
}

/** A cut character at the end of what was read is not shown. */
function previewOf(head: Uint8Array): string {
  const text = displayText(head).replace(/\uFFFD+$/, '');
  return text.replace(/\s+/gu, ' ').trim().slice(0, PREVIEW_CHARACTERS);
}

export function shownIdentity(record: IdentityRecord): Identity {
  const decoded = decodeAddress(record.address);
  const { version, stream } =
    decoded.status === 'success' ? decoded.address : { version: 0, stream: 0 };
  return {
    address: record.address,
    label: displayText(record.label),
    enabled: record.enabled,
    chan: record.chan,
    version,
    stream,
    nonceTrialsPerByte: record.nonceTrialsPerByte,
    payloadLengthExtraBytes: record.payloadLengthExtraBytes,
    mailingList: record.mailingList,
  };
}

export function shownListed({ address, label, enabled }: ListedRecord): ListedAddress {
  return { address, label: displayText(label), enabled };
}
