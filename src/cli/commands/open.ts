/** `petrel open`: a link that logs in once, in the browser. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { cookiePath } from '../../api/cookie-file.js';
import { PetrelClient } from '../../client/client.js';
import { ConnectionError } from '../../client/errors.js';
import { Settings } from '../../node/settings/settings.js';
import { UserError } from '../../util/errors.js';
import { apiUrl } from '../api-url.js';
import { chooseDataDir } from '../data-dir.js';
import type { CommandContext } from '../program.js';

const BROWSERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'open',
  win32: 'explorer.exe',
};
const OTHER_BROWSER = 'xdg-open';

export function addOpenCommand(program: Command, context: CommandContext): void {
  program
    .command('open')
    .description('open the web mailbox of the running node, logged in')
    .option('--print', 'only print the link; it works once, within ten minutes')
    .option('--data-dir <dir>', "directory of the node's settings")
    .action(async (options: { print?: boolean; dataDir?: string }) => {
      const { path } = chooseDataDir(options.dataDir, context.environment);
      const link = await makeLink(path, context);
      context.print(link);
      if (!options.print) openBrowser(link);
    });
}

/** @throws UserError when no node runs there */
async function makeLink(dataDir: string, { environment }: CommandContext): Promise<string> {
  const url = apiUrl(Settings.open({ dataDir, environment }));
  const [username = '', password = ''] = readCookie(dataDir).split(':');
  try {
    const { path } = await new PetrelClient({ url, username, password }).call('session.makeLink');
    return `${url}${path}`;
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

/** Without one the printed link is there. */
function openBrowser(link: string): void {
  const program = BROWSERS[process.platform] ?? OTHER_BROWSER;
  const child = spawn(program, [link], { stdio: 'ignore', detached: true, shell: false });
  child.once('error', () => undefined);
  child.unref();
}
