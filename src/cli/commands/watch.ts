/** `petrel watch`: what happens in the node, a line each. */
import { Option, type Command } from 'commander';
import { EVENT_DATA, type EventName, type NativeEvent } from '../../api/native/schema/events.js';
import { PetrelClient } from '../../client/client.js';
import { ConnectionError } from '../../client/errors.js';
import { printJsonLine } from '../json-output.js';
import { eventLine } from '../mail/event-lines.js';
import { addNodeOptions, GROUP, wholeNumber, type NodeOptions } from '../node-command.js';
import { accessOf, asUserError } from '../node-connection.js';
import type { CommandContext } from '../program.js';

interface WatchOptions extends NodeOptions {
  readonly only?: EventName[];
  readonly progress?: boolean;
  readonly after?: number;
  readonly count?: number;
}

const HELP = `
Goes on until Ctrl-C, also when the node is started anew. With --json a line
of JSON each: id, at, name, data (docs/native-api.md, Events). --after takes
the id of the last event seen; what the node does not know any more is told as
the event resync.`;

export function addWatchCommand(program: Command, context: CommandContext): void {
  addNodeOptions(
    program
      .command('watch')
      .description('tell what happens, a line each: new mail, states, peers, work')
      .helpGroup(GROUP.node)
      .addOption(
        new Option('--only <name...>', 'only these events').choices(Object.keys(EVENT_DATA)),
      )
      .option('--progress', 'steps of work and synchronisation as well')
      .option('--after <id>', 'begin after this event', wholeNumber(0, Number.MAX_SAFE_INTEGER))
      .option('--count <n>', 'end after so many', wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  )
    .addHelpText('after', HELP)
    .action((options: WatchOptions) => watch(options, context));
}

async function watch(options: WatchOptions, context: CommandContext): Promise<void> {
  const stop = new AbortController();
  // Whoever read the lines has gone, as `head` does.
  process.stdout.once('error', () => stop.abort());
  const follower = new Follower(options, context, stop);
  while (!stop.signal.aborted) await follower.follow();
}

/** One login after the other: a node that is started anew has another cookie. */
class Follower {
  readonly #options: WatchOptions;
  readonly #context: CommandContext;
  readonly #stop: AbortController;
  #after: number | undefined;
  #left: number;
  #lastPassword: string | undefined;

  constructor(options: WatchOptions, context: CommandContext, stop: AbortController) {
    this.#options = options;
    this.#context = context;
    this.#stop = stop;
    this.#after = options.after;
    this.#left = options.count ?? Infinity;
  }

  /** Until the node does not know the login any more. @throws UserError */
  async follow(): Promise<void> {
    const access = accessOf(this.#options, this.#context);
    const isNew = access.password !== this.#lastPassword;
    this.#lastPassword = access.password;
    const client = new PetrelClient(access);
    try {
      this.#after ??= (await client.call('node.info')).lastEventId;
      await this.#tell(client, this.#after);
    } catch (error) {
      const isOldLogin = error instanceof ConnectionError && error.failure === 'not-logged-in';
      if (!isOldLogin || !isNew) throw asUserError(error, access.where);
    }
  }

  async #tell(client: PetrelClient, after: number): Promise<void> {
    const { signal } = this.#stop;
    const onState = (state: string): void => {
      if (state === 'waiting') this.#context.note('the node does not answer; trying again');
    };
    for await (const event of client.events({ after, signal, onState })) {
      this.#after = event.id;
      if (!this.#isWanted(event)) continue;
      if (this.#options.json) printJsonLine(this.#context, event);
      else this.#context.print(eventLine(event));
      this.#left -= 1;
      if (this.#left <= 0) this.#stop.abort();
      if (signal.aborted) return;
    }
  }

  #isWanted({ name }: NativeEvent): boolean {
    const { only, progress } = this.#options;
    if (only) return only.includes(name);
    return progress === true || !name.endsWith('.progress');
  }
}
