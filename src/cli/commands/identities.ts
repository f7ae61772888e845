/** `petrel identities`: the own addresses. */
import type { Command } from 'commander';
import type { Identity } from '../../api/native/schema/people.js';
import type { PetrelClient } from '../../client/client.js';
import { addressOf } from '../address-names.js';
import { printJson } from '../json-output.js';
import { addNodeOptions, GROUP, wholeNumber, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import { allPages } from '../pages.js';
import type { CommandContext } from '../program.js';
import { confirm, readSecret } from '../terminal/prompt.js';
import { tableLines } from '../terminal/table.js';

/** Addresses that one passphrase gives in one call. */
const MAX_COUNT = 999;
const SHRUNK_LABEL = 10;

interface CreateOptions extends NodeOptions {
  readonly label?: string;
  readonly deterministic?: boolean;
  readonly passphraseFile?: string;
  readonly count?: number;
  readonly addressVersion?: string;
  readonly shorter?: boolean;
}

const CREATE_HELP = `
The keys of a random address are nowhere else: keep a copy of them (petrel
keys export). A deterministic address is made from a passphrase, the same one
everywhere and always: whoever knows or guesses it has the address. It is
asked for on the terminal, or read from stdin or --passphrase-file.`;

export function addIdentitiesCommand(program: Command, context: CommandContext): void {
  const group = program
    .command('identities')
    .description('own addresses: list, create, rename, switch off and on, delete')
    .helpGroup(GROUP.addresses);
  addNodeOptions(
    group
      .command('list', { isDefault: true })
      .description('list the own addresses')
      .argument('[text]', 'only those whose label or address holds it'),
  ).action((text: string | undefined, options: NodeOptions) => list(text, options, context));
  addCreate(group, context);
  addNodeOptions(
    group
      .command('label')
      .description('rename an own address')
      .argument('<own>', 'own address, its label, or the beginning of one')
      .argument('<label>', 'the new name; only you see it'),
  ).action((own: string, label: string, options: NodeOptions) =>
    change(own, { label }, options, context),
  );
  for (const [name, enabled, text] of [
    ['enable', true, 'switch an own address on again'],
    ['disable', false, 'switch an own address off: it neither receives nor sends'],
  ] as const) {
    addNodeOptions(
      group
        .command(name)
        .description(text)
        .argument('<own>', 'own address, its label, or the beginning of one'),
    ).action((own: string, options: NodeOptions) => change(own, { enabled }, options, context));
  }
  addNodeOptions(
    group
      .command('delete')
      .description('delete the keys of an own address for ever; its messages stay')
      .argument('<own>', 'own address, its label, or the beginning of one')
      .option('--yes', 'do not ask'),
  ).action((own: string, options: NodeOptions & { yes?: boolean }) =>
    remove(own, options, context),
  );
}

function addCreate(group: Command, context: CommandContext): void {
  addNodeOptions(
    group
      .command('create')
      .description('make an own address')
      .argument('[label]', 'its name; only you see it')
      .option('--deterministic', 'from a passphrase, which is asked for or read from stdin')
      .option('--passphrase-file <file>', 'deterministic, from the passphrase in a file')
      .option('--count <n>', 'how many of the passphrase', wholeNumber(1, MAX_COUNT))
      .option('--address-version <version>', 'of deterministic addresses: 3 or 4', '4')
      .option('--shorter', 'a character or two less, minutes of work'),
  )
    .addHelpText('after', CREATE_HELP)
    .action((label: string | undefined, options: CreateOptions) => create(label, options, context));
}

async function list(
  filter: string | undefined,
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const identities = await withNode(options, context, (client) =>
    allPages(
      (page) =>
        client.call('identities.list', { ...(filter !== undefined && { filter }), ...page }),
      (page) => page.identities,
    ),
  );
  if (options.json) printJson(context, { identities });
  else if (identities.length === 0) context.note(emptyText(filter));
  else printIdentities(identities, context);
}

function emptyText(filter: string | undefined): string {
  if (filter !== undefined) return 'no own address is like that';
  return 'no own addresses yet; petrel identities create LABEL makes one';
}

/** One line each. */
export function printIdentities(identities: readonly Identity[], context: CommandContext): void {
  const columns = [
    { title: 'ADDRESS' },
    { title: 'STATE' },
    { title: 'LABEL', shrinkTo: SHRUNK_LABEL },
  ];
  const rows = identities.map(({ address, label, enabled }) => ({
    cells: [address, enabled ? 'on' : 'off', label],
  }));
  for (const line of tableLines(columns, rows, context.screen)) context.print(line);
}

async function create(
  label: string | undefined,
  options: CreateOptions,
  context: CommandContext,
): Promise<void> {
  const passphrase = await wantedPassphrase(options);
  const identities = await withNode(options, context, (client) =>
    passphrase === undefined
      ? createRandom(client, label, options)
      : createFrom(client, passphrase, label, options),
  );
  if (options.json) printJson(context, { identities });
  else if (identities.length === 0) context.note('all of them are here already');
  else for (const { address } of identities) context.print(address);
}

function wantedPassphrase(options: CreateOptions): Promise<string | undefined> {
  const { deterministic, passphraseFile } = options;
  if (!deterministic && passphraseFile === undefined) return Promise.resolve(undefined);
  return readSecret('passphrase', passphraseFile);
}

async function createRandom(
  client: PetrelClient,
  label = '',
  { shorter = false }: CreateOptions,
): Promise<Identity[]> {
  return [await client.call('identities.createRandom', { label, shorter })];
}

async function createFrom(
  client: PetrelClient,
  passphrase: string,
  label = '',
  { count = 1, addressVersion, shorter = false }: CreateOptions,
): Promise<Identity[]> {
  const version = addressVersion === '3' ? 3 : 4;
  const params = { passphrase, label, count, version, shorter } as const;
  return (await client.call('identities.createFromPassphrase', params)).identities;
}

async function change(
  own: string,
  changes: { label?: string; enabled?: boolean },
  options: NodeOptions,
  context: CommandContext,
): Promise<void> {
  const identity = await withNode(options, context, async (client) => {
    const address = await addressOf(client, own, ['identities', 'chans']);
    return client.call('identities.update', { address, ...changes });
  });
  if (options.json) printJson(context, identity);
  else printIdentities([identity], context);
}

async function remove(
  own: string,
  options: NodeOptions & { yes?: boolean },
  context: CommandContext,
): Promise<void> {
  await withNode(options, context, async (client) => {
    const address = await addressOf(client, own, ['identities']);
    const question = `Delete the keys of ${address} for ever?`;
    await confirm(question, options.yes);
    await client.call('identities.delete', { address });
    if (options.json) printJson(context, { deleted: address });
    else context.print(`deleted ${address}`);
  });
}
