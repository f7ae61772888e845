/** Completion for fish. */
import { allNodes, type CommandNode } from './command-tree.js';
import { argumentKind, argumentsHere, optionsHere, valueKind } from './completion-words.js';

export function fishCompletion(tree: CommandNode): string {
  const lines = allNodes(tree).flatMap((node) => linesOf(node));
  return `# fish completion for petrel, made by: petrel completion fish
function __petrel_at
    # Whether the words typed so far are these commands and no further one.
    set -l words (commandline -opc)
    set -l path
    for word in $words[2..-1]
        string match -q -- '-*' $word; and continue
        contains -- (string join ' ' $path $word) $__petrel_paths; or continue
        set path $path $word
    end
    test "$path" = "$argv"
end
set -g __petrel_paths ${allNodes(tree)
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => quoted(path.join(' ')))
    .join(' ')}
complete -c petrel -f
${lines.join('\n')}
`;
}

function linesOf(node: CommandNode): string[] {
  const head = `complete -c petrel -n ${quoted(`__petrel_at ${node.path.join(' ')}`.trim())}`;
  const commands = node.commands.map(
    ({ path, description }) => `${head} -a ${quoted(path.at(-1) ?? '')} -d ${quoted(description)}`,
  );
  const options = optionsHere(node).map((option) => {
    const flags = option.flags
      .map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
      .join(' ');
    return `${head} ${flags}${valueOf(option)} -d ${quoted(option.description)}`;
  });
  const [first] = argumentsHere(node);
  return [...commands, ...options, ...(first ? argumentLines(head, first) : [])];
}

function valueOf(option: Parameters<typeof valueKind>[0]): string {
  if (option.value === '') return '';
  const kind = valueKind(option);
  if (kind === 'words') return ` -x -a ${quoted(option.choices.join(' '))}`;
  if (kind === 'directory') return ` -x -a '(__fish_complete_directories)'`;
  return kind === 'file' ? ' -r -F' : ' -x';
}

function argumentLines(head: string, argument: Parameters<typeof argumentKind>[0]): string[] {
  const kind = argumentKind(argument);
  if (kind === 'words') return [`${head} -a ${quoted(argument.choices.join(' '))}`];
  if (kind === 'directory') return [`${head} -a '(__fish_complete_directories)'`];
  return kind === 'file' ? [`${head} -F`] : [];
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
