/** `petrel/node`: a node inside another program, with its API and web mailbox. docs/library.md */
import { runDaemon, type RunningDaemon } from '../cli/daemon.js';
import { StopSignal } from '../cli/stop-signal.js';
import { Settings } from '../node/settings/settings.js';
import { systemClock } from '../util/clock.js';
import { nullLog, type Log } from '../util/log.js';

export { UserError } from '../util/errors.js';
export type { Log, LogLevelMethod } from '../util/log.js';

export interface NodeOptions {
  /** Holds settings and mail; made, with its parents, when missing. */
  readonly dataDir: string;
  /** Dials nobody but trusted peers. */
  readonly offline?: boolean;
  /** Options by name (`bitmessagesettings.port`) over those of settings.ini; docs/configuration.md. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A logger of pino fits; default: nothing is logged. */
  readonly log?: Log;
}

export interface RunningNode {
  /** Of the API, without a slash at the end: for `new PetrelClient`, as are user and password. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** TCP port that other nodes reach it at. */
  readonly port: number;
  /** Settles when the node has stopped; rejects when it did so by itself, because its store failed. */
  readonly stopped: Promise<void>;
  /** Resolves when everything is closed; nothing that was accepted is lost. */
  stop(): Promise<void>;
}

/**
 * Resolves when the API answers. Nothing of the process is touched: no signals, no output.
 * @throws UserError with one line for what the user can put right: a directory that another node has, a
 *   wrong setting, a taken port
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { dataDir, offline = false, log = nullLog } = options;
  const overrides = new Map([['bitmessagesettings.apienabled', 'true']]);
  for (const [name, value] of Object.entries(options.settings ?? {})) overrides.set(name, value);
  if (offline) overrides.set('network.offline', 'true');
  const openSettings = (): Settings => Settings.open({ dataDir, overrides });
  const stop = new StopSignal(systemClock);
  const { promise: ready, resolve: onReady } = withResolvers<RunningDaemon>();
  const stopped = runDaemon(
    { settings: openSettings(), openSettings, mayMakeParents: true, apiTestMode: false },
    { log, isTerminal: false, clock: systemClock, print: () => undefined, stop, onReady },
  );
  stopped.catch(() => undefined); // Whoever asks for it hears of it.
  const running = await Promise.race([ready, stopped]);
  if (!running) throw new TypeError('a node that nobody stopped has stopped while starting');
  return {
    ...running,
    password: running.password.reveal(),
    stopped,
    async stop() {
      stop.request();
      await stopped;
    },
  };
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolver) => (resolve = resolver));
  return { promise, resolve };
}
