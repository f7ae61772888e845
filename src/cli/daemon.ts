/** A node with its API in the foreground, from start to stop. */
import { fileURLToPath } from 'node:url';
import { removeCookie, writeCookie } from '../api/cookie-file.js';
import type { Credentials } from '../api/auth.js';
import { CallTimes } from '../api/health/call-times.js';
import { HealthApi } from '../api/health/health-api.js';
import type { BackupNews } from '../api/health/scrape.js';
import { ApiServer } from '../api/server.js';
import { NativeApi } from '../api/native/native-api.js';
import { NotifyHook } from '../api/notify-hook.js';
import { readPageFiles } from '../api/page-files.js';
import type { ApiVariant } from '../api/command.js';
import { readScheduleState } from '../backup/schedule-state.js';
import { readPlan } from '../backup/schedule-plan.js';
import { BackupSchedule } from '../backup/schedule.js';
import { PetrelNode } from '../node/node.js';
import { makeApiLogin, writeApiSettings } from '../node/settings/api-settings.js';
import type { Settings } from '../node/settings/settings.js';
import { readProxySettings } from '../node/settings/proxy-settings.js';
import { AddressRanges, parseAddressRange } from '../util/address-ranges.js';
import { utf8 } from '../util/bytes.js';
import type { Clock } from '../util/clock.js';
import type { LogControl } from '../util/log-levels.js';
import type { Log } from '../util/log.js';
import { SOFTWARE_NAME, SOFTWARE_VERSION } from '../util/software.js';
import { makeParents } from './data-dir.js';
import { keyTexts, liveTakeover } from './live-takeover.js';
import { apiUrl } from './api-url.js';
import { PeerReport } from './peer-report.js';
import { PowReport } from './pow-report.js';
import { proxyLines } from './proxy-lines.js';
import { addTestMessages, IdleEnd } from './pybitmessage-test.js';
import { ServiceNotifier } from './service-notify.js';
import type { StopSignal } from './stop-signal.js';

/** The built web mailbox, beside the compiled sources. */
const PAGE_DIR = fileURLToPath(new URL('../../ui', import.meta.url));

/** What a new PyBitmessage is subscribed to [class_sqlThread.py]; clients show it. */
const ANNOUNCEMENTS = {
  address: 'BM-GtovgYdgs7qXPkoYaRgrLFuFKz1SFpsw',
  label: utf8('Bitmessage new releases/announcements'),
  enabled: true,
};

export interface DaemonOptions {
  readonly settings: Settings;
  /** Reads them anew: what other programs have changed in settings.ini counts for the backups. */
  readonly openSettings: () => Settings;
  /** Parents of the data directory may be made. */
  readonly mayMakeParents: boolean;
  /** PyBitmessage's test mode: commands that exist only there. */
  readonly apiTestMode: boolean;
}

export interface DaemonDependencies {
  readonly log: Log;
  /** Absent where the levels are another program's business. */
  readonly logControl?: LogControl;
  /** A person reads what is printed: elsewhere it is kept, and no link that logs in may be in it. */
  readonly isTerminal: boolean;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  readonly stop: StopSignal;
  /** Told once when everything is up. */
  readonly onReady?: (running: RunningDaemon) => void;
}

/** Where a node that is up is reached, and with what login. */
export interface RunningDaemon extends Credentials {
  /** Of the API, without a slash at the end; '' when it is switched off. */
  readonly url: string;
  /** TCP port that other nodes reach it at. */
  readonly port: number;
}

/**
 * Runs until `stop` is requested; resolves when everything is closed.
 * @throws UserError for what ends the start, and for a store that failed later.
 */
export async function runDaemon(
  options: DaemonOptions,
  dependencies: DaemonDependencies,
): Promise<void> {
  const { settings } = options;
  const { log, clock, print, stop, isTerminal } = dependencies;
  // Before anything is written: contradictions end the start.
  const proxy = proxyLines(readProxySettings(settings));
  if (options.mayMakeParents) makeParents(settings.dataDir);
  const onFailure = (error: Error): void => stop.fail(error);
  const node = new PetrelNode(settings, { log, clock, onFailure });
  const wantedPort = settings.integer('bitmessagesettings.port');
  await node.start();
  const idle = options.apiTestMode ? new IdleEnd(clock, () => stop.request()) : undefined;
  const peers = new PeerReport(node.network, print, clock);
  const work = new PowReport(node.pow.events, print);
  let api: ApiServer | undefined;
  let hook: NotifyHook | undefined;
  const backups = new BackupSchedule(
    { dataDir: settings.dataDir, plan: () => readPlan(options.openSettings()) },
    { log: log.child({ layer: 'backup' }), clock },
  );
  try {
    // Absent only before the first start: nobody else writes it.
    if (settings.origin('bitmessagesettings.settingsversion') === 'default') {
      await node.subscriptions.add(ANNOUNCEMENTS);
    }
    if (options.apiTestMode) await addTestMessages(node.store, clock);
    makeApiLogin(settings);
    const calls = new CallTimes();
    const native = createNative(node, calls, dependencies);
    const offersMetrics = settings.boolean('metrics.enabled');
    const health = new HealthApi(
      { offersMetrics },
      { node, clock, calls, backup: () => backupNews(settings.dataDir) },
    );
    const isAlive = (): Promise<boolean> => health.isAlive();
    const manager = new ServiceNotifier(process.env, { log, clock, isAlive });
    api = await startApi(
      node,
      options,
      { native, health },
      {
        ...dependencies,
        onCall: idle && (() => idle.touch()),
      },
    );
    idle?.touch();
    writeApiSettings(settings, options.apiTestMode);
    // After the settings are written: programs look up the port there.
    hook = api && (await startHook(node, dependencies));
    const { sessions } = native;
    const link = (): string => sessions.makeLink().token.reveal();
    const shown = { publicLogin: options.apiTestMode, proxy, ...(isTerminal && { link }) };
    introduce(node, api, { wantedPort, ...shown }, print);
    await backups.start();
    peers.start(!settings.boolean('network.offline'));
    const url = api ? apiUrl(settings, api.port) : '';
    dependencies.onReady?.({ url, port: node.network.port, ...credentialsOf(settings) });
    await manager.start();
    await stop.requested;
    print('stopping');
    await manager.stop();
  } finally {
    idle?.stop();
    peers.stop();
    work.stop();
    await backups.stop();
    await api?.stop();
    await hook?.stop();
    removeCookie(settings.dataDir);
    await node.stop();
  }
}

/** The login has been made up by now. */
function createNative(
  node: PetrelNode,
  calls: CallTimes,
  { log, logControl, clock }: DaemonDependencies,
): NativeApi {
  const { settings } = node;
  return new NativeApi(
    { credentials: credentialsOf(settings) },
    {
      node,
      log: log.child({ layer: 'api' }),
      ...(logControl && { logControl }),
      clock,
      calls,
      takeover: liveTakeover(node, clock, process.env),
      keyTexts,
    },
  );
}

function credentialsOf(settings: Settings): Credentials {
  return {
    username: settings.text('bitmessagesettings.apiusername'),
    password: settings.secret('bitmessagesettings.apipassword'),
  };
}

async function startApi(
  node: PetrelNode,
  { settings, apiTestMode }: DaemonOptions,
  parts: { readonly native: NativeApi; readonly health: HealthApi },
  { log, clock, print, stop, onCall }: DaemonDependencies & { onCall?: (() => void) | undefined },
): Promise<ApiServer | undefined> {
  if (!settings.boolean('bitmessagesettings.apienabled')) return undefined;
  const name = 'bitmessagesettings.apiport';
  const wantedPort = settings.integer(name);
  const api = new ApiServer(
    {
      host: settings.text('bitmessagesettings.apiinterface'),
      port: wantedPort,
      portFixed: settings.isFixed(name),
      variant: settings.text('bitmessagesettings.apivariant') as ApiVariant,
      credentials: credentialsOf(settings),
      cookie: writeCookie(settings.dataDir),
      allowedHosts: settings.list('bitmessagesettings.apiallowedhosts'),
      trustedProxies: trustedProxies(settings),
      maxBodyBytes: settings.integer('bitmessagesettings.apimaxbody'),
      testMode: apiTestMode,
      page: readPageFiles(PAGE_DIR),
      ...(onCall && { onCall }),
    },
    { node, log: log.child({ layer: 'api' }), clock, requestStop: () => stop.request(), ...parts },
  );
  await api.start();
  if (api.port !== wantedPort) {
    settings.set(name, api.port);
    if (wantedPort !== 0) print(movedText('API port', wantedPort, api.port, settings));
  }
  return api;
}

function backupNews(dataDir: string): BackupNews {
  const { success, failure } = readScheduleState(dataDir);
  const lastSuccessS = success && Math.floor(success.timeMs / 1000);
  return { lastSuccessS, isFailing: failure !== undefined };
}

function trustedProxies(settings: Settings): AddressRanges {
  const texts = settings.list('bitmessagesettings.apitrustedproxies');
  return new AddressRanges(texts.map(parseAddressRange).filter((range) => range !== undefined));
}

/** The program of `apinotifypath`; as in PyBitmessage it belongs to the API. */
async function startHook(
  { settings, events }: PetrelNode,
  { log, clock }: DaemonDependencies,
): Promise<NotifyHook | undefined> {
  const path = settings.text('bitmessagesettings.apinotifypath');
  if (path === '') return undefined;
  const hook = new NotifyHook({ path }, { events, log: log.child({ layer: 'api' }), clock });
  await hook.start();
  return hook;
}

function introduce(
  node: PetrelNode,
  api: ApiServer | undefined,
  {
    wantedPort,
    publicLogin,
    proxy,
    link,
  }: {
    wantedPort: number;
    publicLogin: boolean;
    proxy: readonly string[];
    link?: () => string;
  },
  print: (line: string) => void,
): void {
  const { settings, network } = node;
  const { port } = network;
  if (wantedPort !== 0 && port !== wantedPort) print(movedText('port', wantedPort, port, settings));
  const base = api && apiUrl(settings, api.port);
  const url = base && `${base}/`;
  print(`${SOFTWARE_NAME} ${SOFTWARE_VERSION}`);
  print(`data:  ${settings.dataDir}`);
  const login = publicLogin ? "those of PyBitmessage's tests" : `see ${settings.path}`;
  print(`API:   ${url ? `${url} (user and password: ${login})` : 'switched off'}`);
  if (base && link) print(`page:  ${base}/#login=${link()} (logs in once, within ten minutes)`);
  else if (base) print(`page:  ${url} (petrel open makes a link that logs in)`);
  const listening = network.isListening ? `listening on port ${port}` : 'not listening';
  print(`peers: ${peerPlan(settings)}, ${listening}`);
  for (const line of proxy) print(line);
  const kept = settings.keptOptions();
  if (kept.length > 0) print(`kept without use: ${kept.join(', ')}`);
  for (const { name, nearest } of settings.unknownOptions()) {
    print(`unknown option ${name} in ${settings.path} is kept; the nearest is ${nearest}`);
  }
  print(`ready: ${url ? `API ${url}, ` : ''}${listening}`);
}

function peerPlan(settings: Settings): string {
  const trusted = settings.list('bitmessagesettings.trustedpeer');
  if (!settings.boolean('bitmessagesettings.sendoutgoingconnections')) return 'dialling nobody';
  if (trusted.length > 0) return `dialling ${trusted.join(', ')} only`;
  return settings.boolean('network.offline') ? 'offline, dialling nobody' : 'none yet, looking';
}

function movedText(what: string, from: number, to: number, settings: Settings): string {
  return `${what} ${from} is taken: moved to ${to} and wrote that to ${settings.path}`;
}
