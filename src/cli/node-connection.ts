/** The running node, for commands: where it is, how to log in, and what becomes of its refusals. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { cookiePath } from '../api/cookie-file.js';
import type { NativeErrorCode } from '../api/native/schema/errors.js';
import { PetrelClient } from '../client/client.js';
import { ConnectionError, RpcError } from '../client/errors.js';
import { Settings } from '../node/settings/settings.js';
import { errorText, UserError } from '../util/errors.js';
import { apiUrl } from './api-url.js';
import { chooseDataDir } from './data-dir.js';
import { EXIT } from './exit-codes.js';
import type { CommandContext } from './program.js';
import { printableLine } from './terminal/printable.js';

export interface ConnectionOptions {
  readonly dataDir?: string;
  readonly api?: string;
  readonly loginFile?: string;
}

interface Access {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Of the node in messages. */
  readonly where: string;
}

const LOCAL_HOST = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Words of the native API that say that something is not there. */
const NOT_FOUND: ReadonlySet<NativeErrorCode> = new Set([
  'not-found',
  'unknown-identity',
  'not-a-chan',
]);

/** For every command that talks to a node. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option('--data-dir <dir>', "directory of the node's settings")
    .option('--api <url>', 'a node elsewhere, as http://host:8442 (or PETREL_API)')
    .option(
      '--login-file <file>',
      'with --api: file whose first line is user:password (or PETREL_API_USER, PETREL_API_PASSWORD)',
    );
}

/**
 * Runs `work` with a client of the node.
 * @throws UserError for what the node, or its absence, says.
 */
export async function withNode<Result>(
  options: ConnectionOptions,
  context: CommandContext,
  work: (client: PetrelClient) => Promise<Result>,
): Promise<Result> {
  const access = accessOf(options, context);
  try {
    return await work(new PetrelClient(access));
  } catch (error) {
    throw asUserError(error, access.where);
  }
}

/** Other errors stay what they are. */
export function asUserError(error: unknown, where: string): unknown {
  if (error instanceof RpcError) return refusal(error);
  if (error instanceof ConnectionError) return connectionFailure(error, where);
  return error;
}

/** Where the node is, and the login. @throws UserError when that cannot be found out. */
export function accessOf(options: ConnectionOptions, context: CommandContext): Access {
  const { environment } = context;
  const api = options.api ?? environment['PETREL_API'];
  if (api !== undefined && api !== '') return remoteAccess(api, options, context);
  const { path } = chooseDataDir(options.dataDir, environment);
  const [username, password] = splitLogin(readCookie(path));
  const url = apiUrl(Settings.open({ dataDir: path, environment }));
  return { url, username, password, where: path };
}

function remoteAccess(
  api: string,
  { loginFile }: ConnectionOptions,
  context: CommandContext,
): Access {
  const url = URL.canParse(api) ? new URL(api) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`--api takes an address as http://127.0.0.1:8442, not ${api}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UserError(
      'no password on the command line, where everybody sees it; use PETREL_API_PASSWORD or --login-file',
    );
  }
  if (url.protocol === 'http:' && !LOCAL_HOST.test(url.hostname)) {
    context.note(
      `note: the password and your mail go to ${url.host} unencrypted; use https or a tunnel`,
    );
  }
  const [username, password] = remoteLogin(loginFile, context.environment);
  return { url: url.href.replace(/\/$/, ''), username, password, where: url.href };
}

function remoteLogin(
  loginFile: string | undefined,
  environment: CommandContext['environment'],
): [string, string] {
  if (loginFile !== undefined) {
    try {
      return splitLogin(readFileSync(loginFile, 'utf8'));
    } catch (error) {
      throw new UserError(`cannot read ${loginFile} (${errorText(error)})`, { cause: error });
    }
  }
  const password = environment['PETREL_API_PASSWORD'] ?? '';
  if (password === '') {
    throw new UserError(
      'with --api, give the login in PETREL_API_USER and PETREL_API_PASSWORD, or in a --login-file',
    );
  }
  return [environment['PETREL_API_USER'] ?? '', password];
}

/** Of the first line; the password may hold colons. */
function splitLogin(text: string): [string, string] {
  const [line = ''] = text.split(/\r?\n/);
  const colon = line.indexOf(':');
  return colon < 0 ? ['', line] : [line.slice(0, colon), line.slice(colon + 1)];
}

function readCookie(dataDir: string): string {
  try {
    return readFileSync(cookiePath(dataDir), 'utf8');
  } catch (error) {
    throw notRunning(dataDir, error);
  }
}

function notRunning(dataDir: string, cause: unknown): UserError {
  const text = `no node with its API switched on is running on ${dataDir}; start it with petrel start`;
  return new UserError(text, { cause, exitCode: EXIT.notRunning });
}

function connectionFailure(error: ConnectionError, where: string): UserError {
  const because = {
    'not-logged-in': `the node at ${where} does not know this user and password`,
    refused: `the node at ${where} refuses calls under this host name; see apiallowedhosts`,
    'too-many': `too many wrong logins at ${where}; try again in a minute`,
    unreachable: '',
  }[error.failure];
  if (because !== '') return new UserError(because, { cause: error, exitCode: EXIT.notRunning });
  if (!/^https?:/.test(where)) return notRunning(where, error);
  const text = `no node answers at ${where} (${detailOf(error)}); is it running, is the address right?`;
  return new UserError(text, { cause: error, exitCode: EXIT.notRunning });
}

/** fetch hides what went wrong two causes deep. */
function detailOf(error: Error): string {
  let inner: unknown = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return errorText(inner);
}

function refusal(error: RpcError): UserError {
  const field = error.field !== undefined ? ` (${error.field})` : '';
  return new UserError(printableLine(`${error.message}${field}`), {
    cause: error,
    exitCode: NOT_FOUND.has(error.code) ? EXIT.notFound : EXIT.refused,
  });
}
