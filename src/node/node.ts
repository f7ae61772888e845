/**
 * The composition root: joins store, proof of work, decryption, mail and network, starts them in
 * order and stops them in reverse. Nothing else knows all of them.
 */
import { resolveBootstrapNames } from '../network/dns-bootstrap.js';
import { Network } from '../network/network.js';
import { PowPool } from '../pow/pool.js';
import type { PowProgress } from '../pow/solver.js';
import { openStore, type Store } from '../store/open-store.js';
import type { Clock } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import type { Service } from '../util/service.js';
import { WorkerAddressMaker } from './address-maker.js';
import type { MailCounters } from './counters.js';
import { WorkerDecryptService } from './decrypt/worker-decrypt-service.js';
import type { NodeEventLog } from './events.js';
import { ClockWatch } from './health/clock-watch.js';
import { Conditions } from './health/conditions.js';
import { freeBytesAt } from './health/free-space.js';
import { HandleWatch } from './health/handle-watch.js';
import { StorageHealth } from './health/storage-health.js';
import type { IdentityService } from './identity-service.js';
import type { AddressList } from './lists/address-list.js';
import type { Contacts } from './lists/contacts.js';
import type { Subscriptions } from './lists/subscriptions.js';
import { MailCore } from './mail-core.js';
import { NetworkWatch } from './network-watch.js';
import {
  decryptWorkers,
  dialsSomebody,
  mailSettings,
  networkOptions,
  powWorkers,
  reserveBytes,
} from './node-settings.js';
import type { Outbox } from './outbox/outbox.js';
import { SearchUpkeep } from './search-upkeep.js';
import { ServiceStack } from './service-stack.js';
import { proxyHosts } from './proxy-hosts.js';
import { readProxySettings } from './settings/proxy-settings.js';
import type { Settings } from './settings/settings.js';
import { signWithKernel } from './signing-kernel-file.js';

/** A stop takes at most this long, whatever hangs. [node.md §13] */
const STOP_LIMIT_MS = 10_000;
/** Progress of proof of work comes once a second. */
const PROGRESS_EVENT_TICKS = 5;

export interface NodeDependencies {
  readonly log: Log;
  readonly clock: Clock;
  /**
   * Told once when the node has stopped by itself, because its store failed: a damaged file, a full
   * disk. Everything that was accepted before is safe.
   */
  readonly onFailure?: (error: Error) => void;
}

/** What exists while the node runs. */
interface Parts {
  readonly store: Store;
  readonly core: MailCore;
  readonly network: Network;
  readonly decrypt: WorkerDecryptService;
}

export class PetrelNode implements Service {
  readonly settings: Settings;
  readonly pow: PowPool;
  /** What is wrong at the moment: disk, clock, network, handles. */
  readonly conditions: Conditions;
  readonly #dependencies: NodeDependencies;
  readonly #services: ServiceStack;
  #parts: Parts | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #failure: Error | undefined;
  /** Set when `start` is through: until then it is the one to tell of a failure. */
  #isUp = false;
  #progressTicks = 0;

  constructor(settings: Settings, dependencies: NodeDependencies) {
    const { log, clock } = dependencies;
    this.settings = settings;
    this.#dependencies = dependencies;
    this.#services = new ServiceStack({ log, clock });
    this.conditions = new Conditions({ log: log.child({ layer: 'health' }), clock });
    this.pow = new PowPool(
      { workers: powWorkers(settings) },
      { log: log.child({ layer: 'pow' }), clock },
    );
  }

  /** @throws UserError for what the user can put right; then everything is stopped again. */
  async start(): Promise<void> {
    if (this.#starting ?? this.#stopping) throw new TypeError('a node is started once');
    try {
      this.#starting = this.#start();
      await this.#starting;
    } catch (error) {
      await this.stop();
      throw this.#failure ?? error;
    }
  }

  /** Everything that was accepted is kept; work that was interrupted goes on at the next start. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  get store(): Store {
    return this.#running.store;
  }

  get network(): Network {
    return this.#running.network;
  }

  get identities(): IdentityService {
    return this.#running.core.identities;
  }

  get contacts(): Contacts {
    return this.#running.core.books.contacts;
  }

  get subscriptions(): Subscriptions {
    return this.#running.core.books.subscriptions;
  }

  get blacklist(): AddressList {
    return this.#running.core.books.blacklist;
  }

  get whitelist(): AddressList {
    return this.#running.core.books.whitelist;
  }

  get outbox(): Outbox {
    return this.#running.core.outbox;
  }

  get events(): NodeEventLog {
    return this.#running.core.events;
  }

  get counters(): MailCounters {
    return this.#running.core.counters;
  }

  /** Who tries keys: how much of it is done, and how quickly. */
  get decryption(): Pick<WorkerDecryptService, 'rate' | 'keyCount'> {
    return this.#running.decrypt;
  }

  /**
   * Settles when all identities are there and mail is going: with thousands of them the node relays
   * and answers before. Undefined from then on.
   */
  get loading(): Promise<void> | undefined {
    return this.#running.core.loading;
  }

  /** The mail core as a whole, for what has no shorter name here. */
  get mail(): MailCore {
    return this.#running.core;
  }

  get #running(): Parts {
    if (!this.#parts) throw new TypeError('the node is not running');
    return this.#parts;
  }

  async #stop(): Promise<void> {
    // A start under way notices soon; only then is it known what there is to stop.
    await this.#starting?.catch(() => undefined);
    await this.#services.stop(STOP_LIMIT_MS);
  }

  async #start(): Promise<void> {
    const { log, clock } = this.#dependencies;
    const onFailure = (error: unknown): void => this.#fail(error);
    const { store, storage } = await this.#openStore(onFailure);
    await this.#begin('proof of work', this.pow);
    signWithKernel((reason) => log.warn({ reason }, 'signing goes the slow way'));
    const decrypt = new WorkerDecryptService(
      { workers: decryptWorkers(this.settings) },
      { log: log.child({ layer: 'decrypt' }) },
    );
    await this.#begin('decryption', decrypt);
    const addressMaker = new WorkerAddressMaker({ log: log.child({ layer: 'addresses' }), clock });
    await this.#begin('address maker', addressMaker);
    const network = await this.#createNetwork(store);
    const core = new MailCore(mailSettings(this.settings), {
      repositories: store,
      pow: this.pow,
      decrypt,
      addressMaker,
      publish: network,
      conditions: this.conditions,
      storage,
      log,
      clock,
      onFailure,
    });
    core.onOnionPeer = (peer, stream) => network.learnOnionPeer(peer, stream);
    this.#parts = { store, core, network, decrypt };
    this.#tellConditions(core.events);
    const tellNetwork = (): void => {
      network.takesObjects = storage.takesObjects;
      network.isTimeSure = this.conditions.isTimeSure;
    };
    tellNetwork();
    this.conditions.follow(tellNetwork);
    this.pow.events.on('jobProgress', (progress) => this.#tellProgress(core, progress));
    await this.#begin('network', network);
    this.#rememberPort(network.port);
    await this.#begin('mail', core);
    await this.#beginUpkeep(store, core, network);
    if (this.#failure) throw this.#failure;
    this.#isUp = true;
  }

  async #openStore(
    onFailure: (error: unknown) => void,
  ): Promise<{ store: Store; storage: StorageHealth }> {
    const { log, clock } = this.#dependencies;
    const { dataDir } = this.settings;
    const storage: StorageHealth = new StorageHealth(
      { reserveBytes: reserveBytes(this.settings) },
      {
        conditions: this.conditions,
        clock,
        probe: () => store.probe(),
        freeBytes: () => freeBytesAt(dataDir),
      },
    );
    const store = await openStore(
      { dataDir, onFailure, onTrouble: (error) => storage.failed(error) },
      { log: log.child({ layer: 'store' }), clock },
    );
    this.#services.add('store', () => store.close());
    this.#services.add('storage health', () => storage.stop());
    await storage.start();
    return { store, storage };
  }

  async #createNetwork(store: Store): Promise<Network> {
    const { log, clock } = this.#dependencies;
    const networkLog = log.child({ layer: 'network' });
    const options = {
      ...networkOptions(this.settings),
      proxyHosts: await proxyHosts(this.settings, readProxySettings(this.settings), networkLog),
    };
    return new Network(options, {
      inventory: store.inventory,
      nodes: store.nodes,
      log: networkLog,
      clock,
      bootstrap: () => resolveBootstrapNames(clock),
    });
  }

  async #beginUpkeep(store: Store, core: MailCore, network: Network): Promise<void> {
    const { log, clock } = this.#dependencies;
    const { events } = core;
    const upkeep = new SearchUpkeep({ search: store.search, log, clock });
    await this.#begin('search index', upkeep);
    for (const name of ['messageReceived', 'broadcastReceived', 'messagesChanged'] as const) {
      events.on(name, () => upkeep.look());
    }
    events.on('sentStateChanged', ({ from }) => {
      if (from === undefined) upkeep.look();
    });
    const { conditions } = this;
    const wantsPeers = dialsSomebody(this.settings);
    const watch = { network, inventory: store.inventory, events, conditions, clock, wantsPeers };
    await this.#begin('network watch', new NetworkWatch(watch));
    const jumped = (): void => network.clockJumped();
    await this.#begin('handle watch', new HandleWatch({ clock, conditions }));
    await this.#begin('clock watch', new ClockWatch({ clock, conditions, jumped }));
  }

  async #begin(name: string, service: Service): Promise<void> {
    if (this.#stopping) throw new Error('stopped while starting');
    this.#services.add(name, () => service.stop());
    await service.start();
  }

  /** As events of the node: the page shows a warning, clients may follow the list. */
  #tellConditions(events: NodeEventLog): void {
    this.conditions.follow((condition, active) => {
      events.emit('conditionChanged', { condition, active });
      if (!active) return;
      const { code, text, remedy } = condition;
      events.emit('warning', { code, text: `${text} ${remedy}` });
    });
  }

  /** Once a second is for the terminal; followers of the event log get every fifth. */
  #tellProgress(core: MailCore, progress: PowProgress): void {
    if (this.#progressTicks++ % PROGRESS_EVENT_TICKS === 0)
      core.events.emit('powProgress', progress);
  }

  /** A taken port moves the listener: the next start shall begin with what was free. */
  #rememberPort(port: number): void {
    const wanted = this.settings.integer('bitmessagesettings.port');
    if (wanted === 0 || wanted === port) return;
    this.settings.set('bitmessagesettings.port', port);
    this.#dependencies.log.warn({ wanted, port }, 'port taken, listening on another one');
  }

  /** The store cannot be trusted any more: better no node than one that loses mail. */
  #fail(cause: unknown): void {
    if (this.#failure || this.#stopping) return;
    const { log, onFailure } = this.#dependencies;
    this.#failure = cause instanceof Error ? cause : new Error(errorText(cause));
    const failure = this.#failure;
    log.error({ error: failure.message }, 'the node cannot go on and stops');
    if (!this.#isUp) return; // Still starting: start() throws it.
    void this.stop().then(() => onFailure?.(failure));
  }
}
