/** The command line: its commands, and what becomes of their errors. */
import { Command, CommanderError } from 'commander';
import { errorText, UserError } from '../util/errors.js';
import type { LogLevel } from '../util/log-levels.js';
import { SOFTWARE_VERSION } from '../util/software.js';
import { addBackupCommand } from './commands/backup.js';
import { addBenchCommand } from './commands/bench.js';
import { addChanCommand } from './commands/chan.js';
import { addClientConfigCommand } from './commands/client-config.js';
import { addCompletionCommand } from './commands/completion.js';
import { addContactsCommand } from './commands/contacts.js';
import { addConfigCommand } from './commands/config.js';
import { addDbCommand } from './commands/db.js';
import { addDemoCommand } from './commands/demo.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addExportCommand } from './commands/export.js';
import { addIdentitiesCommand } from './commands/identities.js';
import { addImportCommand } from './commands/import.js';
import { addInboxCommand, addSentCommand } from './commands/inbox.js';
import { addKeysCommand } from './commands/keys.js';
import { addLogLevelCommand } from './commands/log-level.js';
import { addMarkCommand, addTrashCommands } from './commands/mark.js';
import { addOpenCommand } from './commands/open.js';
import { addPowCommand } from './commands/pow.js';
import { addQueueCommand } from './commands/queue.js';
import { addReadCommand } from './commands/read.js';
import { addSearchCommand } from './commands/search.js';
import { addBroadcastCommand, addSendCommand } from './commands/send.js';
import { addSendersCommand } from './commands/senders.js';
import { addStartCommand } from './commands/start.js';
import { addPeersCommand, addStatusCommand } from './commands/status.js';
import { addSubscribeCommands, addSubscriptionsCommand } from './commands/subscriptions.js';
import { addWatchCommand } from './commands/watch.js';
import { commandTree, type CommandNode } from './completion/command-tree.js';
import { EXIT } from './exit-codes.js';
import type { Screen } from './terminal/screen.js';

/** What commands are given, so that tests can look on. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A line for the user, to stdout. */
  readonly print: (line: string) => void;
  /** A line beside the result, to stderr. */
  readonly note: (line: string) => void;
  /** What `print` writes to. */
  readonly screen: Screen;
  /** Set by the command from its options: decides how much of an unexpected error is shown. */
  logLevel: LogLevel;
}

export interface ProgramIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Default: no terminal. */
  readonly screen?: Screen;
}

/** Runs a command line (without the program's name); resolves with the exit status. */
export async function runProgram(args: readonly string[], io: ProgramIo): Promise<number> {
  const context = contextOf(io);
  try {
    await createProgram(context, io).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return exitStatus(error, context, io);
  }
}

/** All commands as values, for man pages. */
export function describeCommands(): CommandNode {
  const nothing = (): void => undefined;
  const io = { environment: {}, out: nothing, err: nothing };
  return commandTree(createProgram(contextOf(io), io));
}

function contextOf(io: ProgramIo): CommandContext {
  return {
    environment: io.environment,
    print: (line) => io.out(`${line}\n`),
    note: (line) => io.err(`${line}\n`),
    screen: io.screen ?? { columns: undefined, color: false },
    logLevel: 'info',
  };
}

function createProgram(context: CommandContext, io: ProgramIo): Command {
  const program = new Command('petrel')
    .description('A Bitmessage node and mailbox server')
    .version(SOFTWARE_VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      outputError: (text, write) => write(`petrel: ${oneLine(text)}\n`),
    });
  addStartCommand(program, context);
  addOpenCommand(program, context);
  addLogLevelCommand(program, context);
  addDoctorCommand(program, context);
  addDemoCommand(program, context);
  addClientConfigCommand(program, context);
  addConfigCommand(program, context);
  addImportCommand(program, context);
  addExportCommand(program, context);
  addKeysCommand(program, context);
  addBackupCommand(program, context);
  addDbCommand(program, context);
  addPowCommand(program, context);
  addBenchCommand(program, context);
  addInboxCommand(program, context);
  addSentCommand(program, context);
  addReadCommand(program, context);
  addSearchCommand(program, context);
  addSendCommand(program, context);
  addBroadcastCommand(program, context);
  addQueueCommand(program, context);
  addMarkCommand(program, context);
  addTrashCommands(program, context);
  addIdentitiesCommand(program, context);
  addChanCommand(program, context);
  addContactsCommand(program, context);
  addSubscribeCommands(program, context);
  addSubscriptionsCommand(program, context);
  addSendersCommand(program, context);
  addStatusCommand(program, context);
  addPeersCommand(program, context);
  addWatchCommand(program, context);
  addCompletionCommand(program, context);
  return program;
}

function oneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[^.?!)]$/, '$&.')
    .concat(' See petrel --help.');
}

function exitStatus(error: unknown, { logLevel }: CommandContext, { err }: ProgramIo): number {
  // Commander has printed its own message already; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof UserError) {
    err(`petrel: ${error.message}\n`);
    return error.exitCode;
  }
  const showStack = logLevel === 'debug' || logLevel === 'trace';
  const stack = showStack && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  const hint = showStack ? '' : ' (more with --log-level debug)';
  err(`petrel: unexpected error: ${errorText(error)}${hint}${stack}\n`);
  return EXIT.unexpected;
}
