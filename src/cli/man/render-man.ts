/** Man pages of the commands: petrel.1, and one for each command or group. */
import { SOFTWARE_VERSION } from '../../util/software.js';
import type { ArgumentNode, CommandNode, OptionNode } from '../completion/command-tree.js';
import { EXIT_MEANINGS } from '../exit-codes.js';
import { boldText, roffArgument, roffText, tagged, termText } from './roff.js';

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['PETREL_DATA_DIR', 'Data directory, when \\-\\-data-dir is not given.'],
  ['PETREL_API', 'Address of a node elsewhere, as \\-\\-api.'],
  ['PETREL_API_USER, PETREL_API_PASSWORD', 'Login for it.'],
  ['PETREL_FROM', 'Own address that sends when \\-\\-from is not given.'],
  ['PETREL_OFFLINE', 'With 1, a node dials nobody.'],
  ['NO_COLOR', 'When not empty, nothing is bold.'],
];

const FILES: readonly (readonly [string, string])[] = [
  [
    '~/.local/share/petrel',
    'The data directory, unless XDG_DATA_HOME or PETREL_DATA_DIR says otherwise.',
  ],
  ['settings.ini', 'In it: the settings.'],
  ['api.cookie', 'In it, while the node runs: the login of commands of the same user.'],
];

/** Help texts are wrapped beyond this: a shorter line is meant to end. */
const SHORT_LINE = 60;

/** File name and text of every page. */
export function manPages(tree: CommandNode): Map<string, string> {
  const pages = new Map([['petrel.1', mainPage(tree)]]);
  for (const node of tree.commands) pages.set(`petrel-${lastName(node)}.1`, commandPage(node));
  return pages;
}

function mainPage(tree: CommandNode): string {
  return page('petrel', tree.description, [
    section('SYNOPSIS', `${boldText('petrel')} ${termText('<command>')} [options]`),
    section(
      'DESCRIPTION',
      roffText(`${sentence(tree.description)} Each command has a page of its own and --help.`),
    ),
    section(
      'COMMANDS',
      tree.commands
        .map((node) =>
          tagged(
            boldText(lastName(node)),
            `${sentence(node.description)} See petrel-${lastName(node)}(1).`,
          ),
        )
        .join('\n'),
    ),
    section('OPTIONS', options(tree.options)),
    ...ending(),
  ]);
}

function commandPage(whole: CommandNode): string {
  const name = `petrel-${lastName(whole)}`;
  const isGroup = whole.commands.length > 0;
  const { node, common } = withoutCommon(whole);
  return page(name, node.description, [
    section('SYNOPSIS', [node, ...node.commands].filter(isRunnable).map(synopsis).join('\n.br\n')),
    section(
      'DESCRIPTION',
      [roffText(sentence(node.description)), notes(node)].filter(Boolean).join('\n.PP\n'),
    ),
    ...(isGroup
      ? [
          section(
            'COMMANDS',
            node.commands
              .map((one) => subsection(one, one.path.join(' ') === node.usual?.path.join(' ')))
              .join('\n'),
          ),
          section('OPTIONS OF ALL OF THEM', options(common)),
        ]
      : [section('ARGUMENTS', argumentList(node.args)), section('OPTIONS', options(node.options))]),
    ...ending(),
  ]);
}

/** Options that all commands of a group have are told once. */
function withoutCommon(node: CommandNode): { node: CommandNode; common: readonly OptionNode[] } {
  const [first, ...others] = node.commands;
  const flagsOf = ({ flags }: OptionNode): string => flags.join(' ');
  const common = (first?.options ?? []).filter((option) =>
    others.every((one) => one.options.some((other) => flagsOf(other) === flagsOf(option))),
  );
  const isOwn = (option: OptionNode): boolean =>
    !common.some((one) => flagsOf(one) === flagsOf(option));
  const commands = node.commands.map((one) => ({ ...one, options: one.options.filter(isOwn) }));
  return { node: { ...node, commands }, common };
}

function page(name: string, description: string, sections: readonly string[]): string {
  const title = `.TH ${roffArgument(name.toUpperCase())} 1 "" ${roffArgument(`Petrel ${SOFTWARE_VERSION}`)} "Petrel"`;
  const head = section('NAME', `${roffText(name)} \\- ${roffText(description)}`);
  return `.\\" Made by npm run build:man from the commands; do not edit.\n${[title, head, ...sections].filter(Boolean).join('\n')}\n`;
}

function section(title: string, text: string): string {
  return text === '' ? '' : `.SH ${title}\n${text}`;
}

function subsection(node: CommandNode, isUsual: boolean): string {
  const usual = isUsual ? ' This is what is done when no command is named.' : '';
  return [
    `.SS ${roffArgument(node.path.join(' '))}`,
    synopsis(node),
    `.PP\n${roffText(sentence(node.description))}${usual}`,
    notes(node) && `.PP\n${notes(node)}`,
    argumentList(node.args),
    options(node.options),
    ...node.commands.map((one) => subsection(one, one === node.usual)),
  ]
    .filter(Boolean)
    .join('\n');
}

function isRunnable({ commands, usual }: CommandNode): boolean {
  return commands.length === 0 || usual !== undefined;
}

function synopsis(node: CommandNode): string {
  const words = boldText(['petrel', ...node.path].join(' '));
  const args = (node.commands.length > 0 ? [] : node.args).map(({ term }) => termText(term));
  return [words, '[options]', ...args].join(' ');
}

function argumentList(args: readonly ArgumentNode[]): string {
  return args
    .map((arg) => tagged(termText(arg.term), meaning(arg.description, arg.choices)))
    .join('\n');
}

function options(list: readonly OptionNode[]): string {
  return list
    .map(({ flags, value, description, choices, defaultText }) => {
      const names = flags.map(boldText).join(', ');
      const tag = value === '' ? names : `${names} ${termText(value)}`;
      const text = meaning(description, choices);
      return tagged(tag, defaultText === '' ? text : `${text} Default: ${defaultText}.`);
    })
    .join('\n');
}

function meaning(description: string, choices: readonly string[]): string {
  const text = sentence(description);
  return choices.length === 0 ? text : `${text} One of: ${choices.join(', ')}.`;
}

/** Short lines end where they end; others are filled. */
function notes({ notes: text }: CommandNode): string {
  return text
    .split('\n')
    .flatMap((line) => [
      line === '' ? '.PP' : roffText(line),
      ...(line !== '' && line.length < SHORT_LINE ? ['.br'] : []),
    ])
    .join('\n')
    .replace(/\n\.br$/, '');
}

function ending(): string[] {
  const exits = EXIT_MEANINGS.map(([code, text]) => tagged(boldText(String(code)), text));
  return [
    section('EXIT STATUS', exits.join('\n')),
    section(
      'ENVIRONMENT',
      ENVIRONMENT.map(([name, text]) => `.TP\n${boldText(name)}\n${text}`).join('\n'),
    ),
    section('FILES', FILES.map(([name, text]) => tagged(termText(name), text)).join('\n')),
    section('SEE ALSO', `${boldText('petrel')}(1)`),
  ];
}

function lastName({ path }: CommandNode): string {
  return path.at(-1) ?? '';
}

/** Descriptions begin small and have no full stop. */
function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(begun) ? begun : `${begun}.`;
}
