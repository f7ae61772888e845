/** `petrel log-level`: how much the running node logs, subsystem by subsystem. */
import { InvalidArgumentError, type Command } from 'commander';
import { parseLevels, type LevelChanges } from '../../util/log-levels.js';
import { addNodeOptions, GROUP, type NodeOptions } from '../node-command.js';
import { withNode } from '../node-connection.js';
import type { CommandContext } from '../program.js';

const HELP = `
Without arguments it only tells. A change holds until the node stops; the setting log.level and
petrel start --log-level say how the next start begins.`;

export function addLogLevelCommand(program: Command, context: CommandContext): void {
  addNodeOptions(
    program
      .command('log-level')
      .description('tell or change how much the running node logs')
      .helpGroup(GROUP.node)
      .argument('[level...]', 'LEVEL for all, SUBSYSTEM=LEVEL for one: info network=debug', levels),
  )
    .addHelpText('after', HELP)
    .action(async (given: string[], options: NodeOptions) => {
      const changes = changesOf(given);
      const state = await withNode(options, context, (client) =>
        changes === undefined ? client.call('log.levels') : client.call('log.setLevels', changes),
      );
      if (options.json) context.print(JSON.stringify(state));
      else
        for (const [name, level] of Object.entries(state.levels)) {
          context.print(`${name.padEnd(NAME_WIDTH)} ${level}`);
        }
    });
}

const NAME_WIDTH = 10;

function levels(text: string, before: string[] = []): string[] {
  const parsed = parseLevels(text);
  if ('problem' in parsed) throw new InvalidArgumentError(`${parsed.problem}.`);
  return [...before, text];
}

/** Undefined when nothing is to be changed. */
function changesOf(given: readonly string[]): LevelChanges | undefined {
  const parsed = parseLevels(given.join(','));
  if ('problem' in parsed || given.length === 0) return undefined;
  return parsed;
}
