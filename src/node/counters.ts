/** What the node has counted since its start; plain numbers, read by status pages and metrics. */
export class MailCounters {
  /** Objects of each kind that were processed, not only our own. [node.md §5] */
  messagesProcessed = 0;
  broadcastsProcessed = 0;
  pubkeysProcessed = 0;
  objectsProcessed = 0;
  /** Objects whose processing failed: logged by hash and skipped. */
  deadLetters = 0;
  messagesReceived = 0;
  broadcastsReceived = 0;
  /** Dropped although meant for us: difficulty, lists, duplicates. */
  messagesRefused = 0;
  acksReceived = 0;
  acksPublished = 0;
  messagesSent = 0;
  broadcastsSent = 0;
  keyRequestsSent = 0;
  keyAnswersSent = 0;
}
