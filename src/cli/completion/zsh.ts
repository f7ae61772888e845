/** Completion for zsh: a function for each command, made for the function _arguments. */
import { allNodes, type ArgumentNode, type CommandNode, type OptionNode } from './command-tree.js';
import { argumentKind, argumentsHere, optionsHere, valueKind } from './completion-words.js';

export function zshCompletion(tree: CommandNode): string {
  const functions = allNodes(tree).map(functionOf);
  return `#compdef petrel
# zsh completion for petrel, made by: petrel completion zsh
${functions.join('\n')}
if [ "$funcstack[1]" = "_petrel" ]; then
  _petrel "$@"
else
  compdef _petrel petrel
fi
`;
}

function functionOf(node: CommandNode): string {
  const specs = optionsHere(node).map(optionSpec);
  const name = functionName(node);
  if (node.commands.length === 0) {
    const all = [...specs, ...argumentsHere(node).map(argumentSpec)];
    return `${name}() {\n  _arguments -s ${all.join(' ')}\n}`;
  }
  const descriptions = node.commands.map(({ path, description }) =>
    quoted(`${path.at(-1) ?? ''}:${description}`),
  );
  const calls = node.commands.map((one) => `    ${one.path.at(-1) ?? ''}) ${functionName(one)} ;;`);
  return `${name}() {
  local context state state_descr line curcontext="$curcontext"
  typeset -A opt_args
  _arguments -s -C ${specs.join(' ')} '1: :->command' '*::: :->rest'
  case $state in
    command)
      local -a commands
      commands=(${descriptions.join(' ')})
      _describe command commands ;;
    rest) case $line[1] in
${calls.join('\n')}
    esac ;;
  esac
}`;
}

function functionName({ path }: CommandNode): string {
  return ['_petrel', ...path].join('_').replace(/-/g, '_');
}

function optionSpec(option: OptionNode): string {
  const { flags, description, value } = option;
  const text = `[${specText(description)}]${value === '' ? '' : `:${valueName(value)}:${valueAction(option)}`}`;
  const [first = ''] = flags;
  if (flags.length === 1) return quoted(`${first}${text}`);
  return `'(${flags.join(' ')})'{${flags.join(',')}}${quoted(text)}`;
}

function argumentSpec(argument: ArgumentNode, index: number): string {
  const isMany = argument.term.includes('...');
  const place = isMany ? '*' : String(index + 1);
  const optional = argument.term.startsWith('[') && !isMany ? ':' : '';
  return quoted(`${place}:${optional}${specText(argument.name)}:${argumentAction(argument)}`);
}

function valueAction(option: OptionNode): string {
  return actionOf(valueKind(option), option.choices);
}

function argumentAction(argument: ArgumentNode): string {
  return actionOf(argumentKind(argument), argument.choices);
}

function actionOf(kind: ReturnType<typeof valueKind>, choices: readonly string[]): string {
  if (kind === 'words') return `(${choices.join(' ')})`;
  if (kind === 'file') return '_files';
  return kind === 'directory' ? '_files -/' : ' ';
}

function valueName(value: string): string {
  return specText(value.replace(/[<>[\].]/g, ''));
}

/** Brackets and colons have a meaning there. */
function specText(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
