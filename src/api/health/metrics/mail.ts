/** The way of an object from the inventory to the mailbox, and of a message to the network. */
import { KEY_SET } from '../../../node/mail-dependencies.js';
import { counter, counterBy, gauge, gaugeBy, type Metric } from '../metric.js';
import type { HealthNode, Scrape } from '../scrape.js';

/** Objects that nobody has tried the keys with: those that wait, and those not even looked at. */
function objectsToTry({ store, mail }: HealthNode): number {
  const { waiting, readTo } = mail.processing;
  return waiting + Math.max(0, store.inventory.lastSeq - readTo);
}

/** Nearly all that wait are messages: each is tried with every identity's key. */
function secondsToTry(node: HealthNode): number | undefined {
  const { decryption } = node;
  return decryption.rate.secondsFor(objectsToTry(node) * decryption.keyCount(KEY_SET.identities));
}

function outboxBy(
  read: (row: Scrape['outbox'][number], nowS: number) => number,
): (scrape: Scrape) => Record<string, number> {
  return ({ outbox, nowS }) =>
    Object.fromEntries(outbox.map((row) => [row.status, read(row, nowS)]));
}

export const mailMetrics = {
  petrel_inventory_objects: gaugeBy('type', 'Objects in the inventory, by type.', ({ node }) =>
    node.store.inventory.countByKind(),
  ),
  petrel_objects_processed_total: counterBy(
    'type',
    'Objects that have had their effect, whoever they were for.',
    ({ node: { counters } }) => {
      const { messagesProcessed: msg, broadcastsProcessed: broadcast } = counters;
      const { pubkeysProcessed: pubkey, objectsProcessed } = counters;
      return { msg, broadcast, pubkey, other: objectsProcessed - msg - broadcast - pubkey };
    },
  ),
  petrel_objects_failed_total: counter(
    'Objects that were skipped because processing them failed; the log names them.',
    ({ node }) => node.counters.deadLetters,
  ),
  petrel_decrypt_backlog_objects: gauge(
    'Objects that wait for the keys of the identities to be tried; at most so many.',
    ({ node }) => objectsToTry(node),
  ),
  petrel_decrypt_backlog_seconds: gauge(
    'Time until all that wait are tried, at the present rate; missing until there was a rate.',
    ({ node }) => secondsToTry(node),
  ),
  petrel_decrypt_trials_total: counter(
    'Keys tried: one for each key and object.',
    ({ node }) => node.decryption.rate.trials,
  ),
  petrel_decrypt_work_seconds_total: counter(
    'Time that the workers of trial decryption were at work, of all together.',
    ({ node }) => node.decryption.rate.workedMs / 1000,
  ),
  petrel_decrypt_workers: gauge(
    'Threads that try keys.',
    ({ node }) => node.decryption.rate.workers,
  ),
  petrel_decrypt_keys: gaugeBy('set', 'Keys that every object is tried with.', ({ node }) => ({
    identities: node.decryption.keyCount(KEY_SET.identities),
    subscriptions: node.decryption.keyCount(KEY_SET.broadcasts),
  })),
  petrel_mail_received_total: counterBy(
    'kind',
    'Own mail received: messages, broadcasts, and what was refused by lists or difficulty.',
    ({ node: { counters } }) => ({
      message: counters.messagesReceived,
      broadcast: counters.broadcastsReceived,
      refused: counters.messagesRefused,
    }),
  ),
  petrel_mail_sent_total: counterBy(
    'kind',
    'Mail given out to the network, and acknowledgements of it that came back.',
    ({ node: { counters } }) => ({
      message: counters.messagesSent,
      broadcast: counters.broadcastsSent,
      acknowledged: counters.acksReceived,
    }),
  ),
  petrel_key_exchange_total: counterBy(
    'kind',
    'Requests for the keys of others, and answers to requests for own ones.',
    ({ node: { counters } }) => ({
      request: counters.keyRequestsSent,
      answer: counters.keyAnswersSent,
    }),
  ),
  petrel_outbox_messages: gaugeBy(
    'state',
    'Mail that is not out, not acknowledged, or failed, by state; states without any are missing.',
    outboxBy(({ count }) => count),
  ),
  petrel_outbox_oldest_seconds: gaugeBy(
    'state',
    'Time since the last step of the message that has been in that state longest.',
    outboxBy(({ oldestActionS }, nowS) => Math.max(0, nowS - oldestActionS)),
  ),
} satisfies Record<string, Metric>;
