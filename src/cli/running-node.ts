/** The node that runs on a data directory, as commands reach it: its API, with the login in api.cookie. */
import { readFileSync } from 'node:fs';
import { cookiePath } from '../api/cookie-file.js';
import { PetrelClient } from '../client/client.js';
import { ConnectionError } from '../client/errors.js';
import { Settings } from '../node/settings/settings.js';
import { UserError } from '../util/errors.js';
import { apiUrl } from './api-url.js';

export interface RunningNode {
  readonly client: PetrelClient;
  /** Of its API, without a slash at the end. */
  readonly url: string;
}

/**
 * Does `work` with the node.
 * @throws UserError when no node runs there, or its API is off
 */
export async function withRunningNode<Result>(
  dataDir: string,
  environment: Readonly<Record<string, string | undefined>>,
  work: (node: RunningNode) => Promise<Result>,
): Promise<Result> {
  const url = apiUrl(Settings.open({ dataDir, environment }));
  const [username = '', password = ''] = readCookie(dataDir).split(':');
  try {
    return await work({ client: new PetrelClient({ url, username, password }), url });
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    throw notRunning(dataDir, error);
  }
}

function readCookie(dataDir: string): string {
  try {
    return readFileSync(cookiePath(dataDir), 'utf8').trim();
  } catch (error) {
    throw notRunning(dataDir, error);
  }
}

function notRunning(dataDir: string, cause: unknown): UserError {
  const text = `no node with its API switched on is running on ${dataDir}; start it with petrel start`;
  return new UserError(text, { cause });
}
