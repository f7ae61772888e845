/** Every command, one family per file. */
import type { Command } from '../command.js';
import { addressBookCommands } from './address-book.js';
import { chanCommands } from './chans.js';
import { identityCommands } from './identities.js';
import { readingCommands, trashCommands } from './mailbox.js';
import { objectCommands } from './objects.js';
import { proofOfWorkCommands } from './proof-of-work.js';
import { sendingCommands } from './sending.js';
import { shutdownCommand, statusCommands } from './status.js';

/** @param stop begins the clean stop of the process (command `shutdown`). */
export function allCommands(stop: () => void): Command[] {
  return [
    ...[...statusCommands, shutdownCommand(stop)].map((command) => ({ ...command, early: true })),
    ...identityCommands,
    ...chanCommands,
    ...addressBookCommands,
    ...readingCommands,
    ...trashCommands,
    ...sendingCommands,
    ...objectCommands,
    ...proofOfWorkCommands,
  ];
}
