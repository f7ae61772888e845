/** `petrel completion`: what a shell needs to complete command lines, made from the commands themselves. */
import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.js';
import { commandTree, type CommandNode } from '../completion/command-tree.js';
import { fishCompletion } from '../completion/fish.js';
import { zshCompletion } from '../completion/zsh.js';
import type { CommandContext } from '../program.js';

const SHELLS: Readonly<Record<string, (tree: CommandNode) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const HELP = `
bash: petrel completion bash > ~/.local/share/bash-completion/completions/petrel
zsh:  petrel completion zsh > _petrel, in a directory of $fpath
fish: petrel completion fish > ~/.config/fish/completions/petrel.fish`;

export function addCompletionCommand(program: Command, context: CommandContext): void {
  program
    .command('completion')
    .description('print the completion of command lines for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .addHelpText('after', HELP)
    .action((shell: string) => {
      const script = SHELLS[shell]?.(commandTree(program)) ?? '';
      context.print(script.trimEnd());
    });
}
