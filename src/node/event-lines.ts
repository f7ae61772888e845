/**
 * The node's events as lines of its log: what an operator looks for when mail does not arrive. No
 * subjects; addresses only at debug level, because who writes to whom is nobody else's business.
 */
import { toHex } from '../util/bytes.js';
import type { Log } from '../util/log.js';
import type { NodeEventLog, ReceivedMail, SentStateChange } from './events.js';

/** Hex digits of an id that are enough to find it again. */
const SHORT_ID_DIGITS = 16;

/** Writes a line for each event from now on. */
export function logEvents(events: NodeEventLog, log: Log): void {
  events.on('messageReceived', (mail) => tellReceived(log, mail, 'message received'));
  events.on('broadcastReceived', (mail) => tellReceived(log, mail, 'broadcast received'));
  events.on('sentStateChanged', (change) => tellSent(log, change));
  events.on('identityCreated', (event) => log.debug(event, 'identity made'));
  events.on('identityRemoved', (event) => log.debug(event, 'identity removed'));
  events.on('keyRequested', (event) => log.debug(event, 'public key asked for'));
  events.on('keyAnswered', (event) => log.debug(event, 'own public key published'));
  events.on('keyLearned', (event) => log.debug(event, 'public key learned'));
  events.on('powDone', (event) => log.debug(event, 'proof of work done'));
  events.on('objectPublished', ({ hash, type }) =>
    log.debug({ hash: shortId(hash), type }, 'own object published'),
  );
}

function tellReceived(log: Log, mail: ReceivedMail, text: string): void {
  log.info({ msgid: shortId(mail.msgid) }, text);
  log.debug({ msgid: shortId(mail.msgid), to: mail.toAddress, from: mail.fromAddress }, text);
}

function tellSent(log: Log, change: SentStateChange): void {
  const { ackData, from, to, reason } = change;
  const line = { message: shortId(ackData.slice(-SHORT_ID_DIGITS / 2)), from, to, reason };
  log.info(line, 'message to send');
}

function shortId(id: Uint8Array): string {
  return toHex(id).slice(0, SHORT_ID_DIGITS);
}
