/** Test commands, status and the life of the node. [api.py] */
import { numberOf } from '../arguments.js';
import { typeOf, type Arguments, type CallContext, type Command } from '../command.js';
import { unexpected } from '../errors.js';
import { SOFTWARE_NAME, SOFTWARE_VERSION } from '../../util/software.js';
import { pythonStr } from '../python-text.js';
import { Float, integerValue, isList, type ApiValue } from '../values.js';

/** Longest text of the status bar that is logged. */
const MAX_LOGGED_CHARACTERS = 200;

export const statusCommands: Command[] = [
  {
    names: ['helloWorld'],
    parameters: ['a', 'b'],
    help: 'Joins two texts with a hyphen.',
    run(context, [a, b]) {
      if (typeof a === 'string' && typeof b === 'string') return `${a}-${b}`;
      throw notAddable(context, [a, b]);
    },
  },
  {
    names: ['add'],
    parameters: ['a', 'b'],
    help: 'Test two numeric params',
    run: (context, args) => add(context, args),
  },
  {
    names: ['statusBar'],
    parameters: ['message'],
    help: 'Writes a text to the log.',
    run({ log, node }, [message]) {
      const text = pythonStr(message ?? null).slice(0, MAX_LOGGED_CHARACTERS);
      log.info(`status: ${text}`);
      node.events?.emit('notice', { text });
      return 'success';
    },
  },
  {
    names: ['clientStatus'],
    parameters: [],
    help: 'Connections, objects processed since the start, and the software.',
    run({ node: { network, counters } }) {
      return {
        networkConnections: network.connections().filter((peer) => peer.established).length,
        numberOfMessagesProcessed: counters.messagesProcessed,
        numberOfBroadcastsProcessed: counters.broadcastsProcessed,
        numberOfPubkeysProcessed: counters.pubkeysProcessed,
        pendingDownload: network.pendingDownloads(),
        networkStatus: network.status(),
        softwareName: SOFTWARE_NAME,
        softwareVersion: SOFTWARE_VERSION,
      };
    },
  },
  {
    names: ['listConnections'],
    parameters: [],
    help: 'The peers, those in handshake included.',
    run({ node }) {
      const connections = node.network.connections();
      const side = (inbound: boolean): ApiValue =>
        connections
          .filter((peer) => peer.inbound === inbound)
          .map(({ host, port, established, userAgent }) => ({
            host,
            port,
            fullyEstablished: established,
            userAgent,
          }));
      return { inbound: side(true), outbound: side(false) };
    },
  },
  {
    names: ['deleteAndVacuum'],
    parameters: [],
    help: 'Deletes for ever what is in the trash and gives the space back.',
    run({ node, log }) {
      // The store works in order: the next command waits for it, this answer need not.
      node.store.trash.deleteAndVacuum().catch((error: unknown) => {
        log.error({ err: error }, 'deleteAndVacuum failed');
      });
      return 'done';
    },
  },
];

/** @param stop begins the clean stop of the process. */
export function shutdownCommand(stop: () => void): Command {
  return {
    names: ['shutdown'],
    parameters: [],
    help: 'Stops the node; the answer comes first.',
    run(context) {
      context.afterReply(stop);
      return 'done';
    },
  };
}

/** Python's `+`: numbers add, texts and lists are joined, everything else fails. */
function add(context: CallContext, args: Arguments): ApiValue {
  const [a = null, b = null] = args;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (isList(a) && isList(b)) return [...a, ...b];
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x === undefined || y === undefined) throw notAddable(context, args);
  if (a instanceof Float || b instanceof Float) return new Float(x + y);
  return integerValue(BigInt(a as number) + BigInt(b as number));
}

function notAddable(context: CallContext, [a = null, b = null]: Arguments): Error {
  const types = `'${typeOf(context, a)}' and '${typeOf(context, b)}'`;
  return unexpected(`unsupported operand type(s) for +: ${types}`);
}
