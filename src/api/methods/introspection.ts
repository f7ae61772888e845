/** system.*: what commands there are. */
import { stringArgument } from '../arguments.js';
import type { Command } from '../command.js';
import { TransportFault } from '../errors.js';
import { pythonRepr } from '../python-text.js';

/**
 * @param commands by every name under which they are offered.
 * @param namesOf the names of one command in the variant in use.
 */
export function introspection(
  commands: () => ReadonlyMap<string, Command>,
  namesOf: (command: Command) => readonly string[],
): Command[] {
  return [
    {
      names: ['system.listMethods'],
      parameters: [],
      help: 'Names of all commands.',
      run: () => {
        const listed = [...commands()].filter(([, command]) => command.unlisted !== true);
        return listed.map(([name]) => name).sort();
      },
    },
    {
      names: ['system.methodHelp'],
      parameters: ['name'],
      help: 'What a command does.',
      run(context, [given]) {
        const name = stringArgument(context, given);
        const command = commands().get(name);
        if (!command) throw new TransportFault('KeyError', pythonRepr(name, context.strings));
        return `Commands: *${namesOf(command).join(', ')}*\n\n        ${command.help}`;
      },
    },
    {
      names: ['system.methodSignature'],
      parameters: ['name'],
      help: 'Not supported.',
      run: () => 'signatures not supported',
    },
  ];
}
