/** `petrel keys export` and `petrel keys import`: single identities, as keys.dat has them or as WIF pairs. */
import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { writeFileAtomically } from '../../node/settings/atomic-write.js';
import { canonicalAddress } from '../../objects/address.js';
import { openStore, type Store } from '../../store/open-store.js';
import { readIdentityTexts, wifLine } from '../../takeover/identity-texts.js';
import { identitySection } from '../../takeover/keys-writer.js';
import { concatBytes, displayText, utf8 } from '../../util/bytes.js';
import { systemClock } from '../../util/clock.js';
import { errorText, UserError } from '../../util/errors.js';
import { chooseDataDir, makeParents } from '../data-dir.js';
import { createLog } from '../log-output.js';
import type { CommandContext } from '../program.js';

interface ExportOptions {
  dataDir?: string;
  to?: string;
  wif?: boolean;
  all?: boolean;
}

const STDIN_FD = 0;

const IMPORT_HELP = `
FILE holds sections of a keys.dat, or lines of two private keys in wallet import format (signing,
encryption) with the address before them; without it the address is of version 4. - is stdin.`;

export function addKeysCommand(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('private keys of single identities');
  keys
    .command('export')
    .description('print identities with their private keys (stop the node before)')
    .argument('[address...]', 'own addresses')
    .option('--all', 'every identity')
    .option('--wif', 'a line "address signing-key encryption-key" instead of a keys.dat section')
    .option('--to <file>', 'into a new file that only you can read, instead of stdout')
    .option('--data-dir <dir>', "directory of Petrel's mail")
    .action((addresses: string[], options: ExportOptions) =>
      exportKeys(addresses, options, context),
    );
  keys
    .command('import')
    .description('add identities (stop the node before)')
    .argument('<file>', 'where they are')
    .option('--data-dir <dir>', "directory of Petrel's mail")
    .addHelpText('after', IMPORT_HELP)
    .action((file: string, options: { dataDir?: string }) => importKeys(file, options, context));
}

async function exportKeys(
  addresses: readonly string[],
  options: ExportOptions,
  context: CommandContext,
): Promise<void> {
  const { path } = chooseDataDir(options.dataDir, context.environment);
  if (!existsSync(path)) throw new UserError(`${path} does not exist: there are no identities`);
  if (addresses.length === 0 && !options.all) throw new UserError('name addresses, or give --all');
  if (options.to !== undefined && existsSync(options.to)) {
    throw new UserError(`${options.to} is there already; name a new file`);
  }
  const identities = await withStore(path, (store) => store.identities.list());
  const wanted = addresses.map((text) => {
    const address = canonicalAddress(text) ?? text;
    const identity = identities.find((one) => one.address === address);
    if (!identity) throw new UserError(`${text} is not one of your addresses`);
    return identity;
  });
  const parts = (options.all ? identities : wanted).map((identity) =>
    options.wif
      ? utf8(`${wifLine(identity)}\n`)
      : concatBytes(
          identitySection(identity, () => undefined),
          utf8('\n'),
        ),
  );
  const text = concatBytes(...parts);
  if (options.to === undefined) context.print(displayText(text).trimEnd());
  else writeNew(options.to, text);
}

async function importKeys(
  file: string,
  options: { dataDir?: string },
  context: CommandContext,
): Promise<void> {
  const { path, isDefault } = chooseDataDir(options.dataDir, context.environment);
  const { records, problems } = readIdentityTexts(readInput(file));
  if (records.length === 0 && problems.length === 0) {
    throw new UserError(`${file} holds no identity; see petrel keys import --help`);
  }
  if (isDefault) makeParents(path);
  const added = new Set(await withStore(path, (store) => store.identities.add(records)));
  for (const { address } of records) {
    context.print(`${address} ${added.has(address) ? 'added' : 'is here already'}`);
  }
  if (problems.length > 0) throw new UserError(`not taken: ${problems.join('; ')}`);
}

async function withStore<Result>(
  dataDir: string,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openStore({ dataDir }, { log: createLog('warn'), clock: systemClock });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function readInput(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? STDIN_FD : file);
  } catch (error) {
    throw new UserError(`cannot read ${file} (${errorText(error)})`, { cause: error });
  }
}

function writeNew(path: string, bytes: Uint8Array): void {
  try {
    writeFileAtomically(path, bytes);
  } catch (error) {
    throw new UserError(`cannot write ${path} (${errorText(error)})`, { cause: error });
  }
}
