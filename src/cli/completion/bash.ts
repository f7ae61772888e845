/** Completion for bash 4 and later; needs no package bash-completion. */
import { allNodes, type CommandNode } from './command-tree.js';
import { argumentKind, argumentsHere, optionsHere, valueKind } from './completion-words.js';

const ACTION = { file: '@file', directory: '@dir', text: '@text' } as const;

/** A script that defines one function and registers it. */
export function bashCompletion(tree: CommandNode): string {
  const nodes = allNodes(tree);
  return `# bash completion for petrel, made by: petrel completion bash
_petrel() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' path='' word next i found='' skip=0
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((skip)); then skip=0; continue; fi
    case $word in
      -*) case "$path|$word" in
${indent(valuePatterns(nodes), 8)}
        esac ;;
      *) next="$path\${path:+ }$word"
        case $next in
${indent(pathPatterns(nodes), 10)}
        esac ;;
    esac
  done
  ((COMP_CWORD > 1)) && prev=\${COMP_WORDS[COMP_CWORD - 1]}
  if ((skip)); then
    case "$path|$prev" in
${indent(valueActions(nodes), 6)}
    esac
  elif [[ $cur == -* ]]; then
    case $path in
${indent(perNode(nodes, optionWords), 6)}
    esac
  else
    case $path in
${indent(perNode(nodes, wordsHere), 6)}
    esac
  fi
  case $found in
    @file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    @dir) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    @text) ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$found" -- "$cur") ;;
  esac
}
complete -F _petrel petrel
`;
}

function indent(lines: readonly string[], width: number): string {
  return lines.map((line) => ' '.repeat(width) + line).join('\n');
}

function pathText({ path }: CommandNode): string {
  return path.join(' ');
}

function valuePatterns(nodes: readonly CommandNode[]): string[] {
  return nodes.flatMap((node) =>
    optionsHere(node)
      .filter(({ value }) => value !== '')
      .map(({ flags }) => {
        const patterns = flags.map((flag) => `'${pathText(node)}|${flag}'`);
        return `${patterns.join(' | ')}) skip=1 ;;`;
      }),
  );
}

function pathPatterns(nodes: readonly CommandNode[]): string[] {
  return nodes
    .filter(({ path }) => path.length > 0)
    .map((node) => `'${pathText(node)}') path=$next ;;`);
}

function valueActions(nodes: readonly CommandNode[]): string[] {
  return nodes.flatMap((node) =>
    optionsHere(node)
      .filter(({ value }) => value !== '')
      .map((option) => {
        const patterns = option.flags.map((flag) => `'${pathText(node)}|${flag}'`);
        const kind = valueKind(option);
        const found = kind === 'words' ? option.choices.join(' ') : ACTION[kind];
        return `${patterns.join(' | ')}) found='${found}' ;;`;
      }),
  );
}

function perNode(nodes: readonly CommandNode[], words: (node: CommandNode) => string): string[] {
  return nodes.map((node) => `'${pathText(node)}') found='${words(node)}' ;;`);
}

function optionWords(node: CommandNode): string {
  return optionsHere(node)
    .flatMap(({ flags }) => flags)
    .join(' ');
}

function wordsHere(node: CommandNode): string {
  const names = node.commands.map(({ path }) => path.at(-1) ?? '');
  const args = argumentsHere(node);
  const words = [...names, ...args.flatMap(({ choices }) => choices)];
  const [first] = args;
  if (words.length > 0) return words.join(' ');
  const kind = first ? argumentKind(first) : 'text';
  return kind === 'words' ? '' : ACTION[kind];
}
