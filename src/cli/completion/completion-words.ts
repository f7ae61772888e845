/** What may follow on the command line, for all shells alike. */
import type { ArgumentNode, CommandNode, OptionNode } from './command-tree.js';

/** What a value is: one of some words, a file, a directory, or free text. */
export type ValueKind = 'words' | 'file' | 'directory' | 'text';

/** Options that belong here: a group takes those of the command that is meant when none is named. */
export function optionsHere(node: CommandNode): readonly OptionNode[] {
  const flags = new Set(node.options.flatMap((option) => option.flags));
  const usual = node.usual?.options ?? [];
  return [
    ...node.options,
    ...usual.filter((option) => !option.flags.some((flag) => flags.has(flag))),
  ];
}

export function argumentsHere(node: CommandNode): readonly ArgumentNode[] {
  return node.args.length > 0 ? node.args : (node.usual?.args ?? []);
}

export function valueKind({ choices, value }: OptionNode): ValueKind {
  return choices.length > 0 ? 'words' : kindOfName(value.replace(/[<>[\].]/g, ''));
}

export function argumentKind({ choices, name }: ArgumentNode): ValueKind {
  return choices.length > 0 ? 'words' : kindOfName(name);
}

function kindOfName(name: string): ValueKind {
  if (/^(?:dir|directory)$/.test(name)) return 'directory';
  return /^(?:file|path|archive|backup)$/.test(name) ? 'file' : 'text';
}
