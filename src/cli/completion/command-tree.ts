/** The commands with their options, as plain values: completions and man pages are made of them. */
import type { EventEmitter } from 'node:events';
import type { Argument, Command, Option } from 'commander';

export interface CommandNode {
  /** Words after `petrel`; empty for itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly args: readonly ArgumentNode[];
  readonly options: readonly OptionNode[];
  readonly commands: readonly CommandNode[];
  /** Carried out when no command of the group is named. */
  readonly usual: CommandNode | undefined;
  /** What help shows after the options. */
  readonly notes: string;
}

export interface ArgumentNode {
  /** As `<name>`, `[name]`, `<name...>`. */
  readonly term: string;
  readonly name: string;
  readonly description: string;
  readonly choices: readonly string[];
}

export interface OptionNode {
  /** As `-s`, `--subject`. */
  readonly flags: readonly string[];
  /** As `<text>`; '' for switches. */
  readonly value: string;
  readonly description: string;
  readonly choices: readonly string[];
  readonly defaultText: string;
}

export function commandTree(program: Command): CommandNode {
  return nodeOf(program, []);
}

/** The node and all below it, parents first. */
export function allNodes(node: CommandNode): CommandNode[] {
  return [node, ...node.commands.flatMap(allNodes)];
}

function nodeOf(command: Command, path: readonly string[]): CommandNode {
  const help = command.createHelp();
  const commands = help
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
    .map((one) => nodeOf(one, [...path, one.name()]));
  const usualName = usualCommandOf(command);
  return {
    path,
    description: command.description(),
    args: command.registeredArguments.map(argumentOf),
    options: help.visibleOptions(command).map(optionOf),
    commands,
    usual: commands.find((one) => one.path.at(-1) === usualName),
    notes: notesOf(command),
  };
}

/** Commander keeps it to itself. */
function usualCommandOf(command: Command): string | undefined {
  const name: unknown = Reflect.get(command, '_defaultCommandName');
  return typeof name === 'string' ? name : undefined;
}

/** What addHelpText('after') was given: commander writes it when help is shown. */
function notesOf(command: Command): string {
  let notes = '';
  const write = (text: string): void => {
    notes += text;
  };
  // Its types leave out that it is an EventEmitter.
  (command as Command & Pick<EventEmitter, 'emit'>).emit('afterHelp', {
    error: false,
    command,
    write,
  });
  return notes.trim();
}

function argumentOf(argument: Argument): ArgumentNode {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return {
    term: argument.required ? `<${name}>` : `[${name}]`,
    name: argument.name(),
    description: argument.description,
    choices: argument.argChoices ?? [],
  };
}

function optionOf(option: Option): OptionNode {
  const [, value = ''] = /\s([<[].*)$/.exec(option.flags) ?? [];
  const hasDefault = option.defaultValue !== undefined && !option.isBoolean();
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    value,
    description: option.description,
    choices: option.argChoices ?? [],
    defaultText: hasDefault ? String(option.defaultValueDescription ?? option.defaultValue) : '',
  };
}
