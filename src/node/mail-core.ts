/**
 * Mail without sockets: identities, lists, outbox, inbox and what keeps them going, joined to a store,
 * a solver, a decrypt service and something that announces objects. node.ts puts a network under it;
 * tests link several of them in memory.
 */
import type { OnionPeer } from '../objects/onionpeer.js';
import type { Clock } from '../util/clock.js';
import type { Service } from '../util/service.js';
import { AckWatch } from './ack-watch.js';
import { Cleaner } from './cleaner.js';
import { MailCounters } from './counters.js';
import { logEvents } from './event-lines.js';
import { NodeEventLog } from './events.js';
import { Identities } from './identities.js';
import { Conditions } from './health/conditions.js';
import { patientStore } from './health/patient-store.js';
import { StorageHealth } from './health/storage-health.js';
import { IdentityMaker } from './identity-maker.js';
import { IdentityService } from './identity-service.js';
import { BackFill } from './inbox/back-fill.js';
import { IdentitySource, SubscriptionSource } from './inbox/back-fill-sources.js';
import { ObjectDispatch, type ObjectHandler } from './inbox/object-dispatch.js';
import { ObjectProcessor } from './inbox/object-processor.js';
import { AckReceiver } from './inbox/receive-ack.js';
import { BroadcastReceiver } from './inbox/receive-broadcast.js';
import { receiveGetpubkey } from './inbox/receive-getpubkey.js';
import { MsgReceiver } from './inbox/receive-msg.js';
import { receiveOnionPeer } from './inbox/receive-onionpeer.js';
import { receivePubkey } from './inbox/receive-pubkey.js';
import { KeyAnswers } from './key-answers.js';
import { AddressBooks } from './lists/address-books.js';
import type { MailContext, MailDependencies } from './mail-dependencies.js';
import type { MailSettings } from './mail-settings.js';
import { OnionAnnouncer } from './onion-announcer.js';
import { Outbox } from './outbox/outbox.js';
import { Publisher } from './publisher.js';
import { Pubkeys } from './pubkeys.js';
import { Stamper } from './stamper.js';

export class MailCore implements Service {
  readonly events: NodeEventLog;
  readonly counters = new MailCounters();
  readonly identities: IdentityService;
  readonly books: AddressBooks;
  readonly pubkeys: Pubkeys;
  readonly outbox: Outbox;
  /** Called with what onionpeer objects tell; the network's node book is fed from here. */
  onOnionPeer: (peer: OnionPeer, stream: number) => void = () => undefined;
  readonly #identities: Identities;
  readonly #publisher: Publisher;
  readonly #keyAnswers: KeyAnswers;
  readonly #processor: ObjectProcessor;
  readonly #onionAnnouncer: OnionAnnouncer;
  readonly #backFill: BackFill;
  readonly #cleaner: Cleaner;
  readonly #storage: StorageHealth;
  readonly #started: Service[] = [];
  /** Ends loading early. */
  readonly #stopping = new AbortController();
  #loaded: Promise<void> | undefined;
  /** Settles when all services run; undefined before the start. */
  #ready: Promise<void> | undefined;
  #isReady = false;
  #failed = false;
  readonly #fail: (error: unknown) => void;

  constructor(settings: MailSettings, dependencies: MailDependencies) {
    const { repositories: store, pow, decrypt, addressMaker, publish, clock } = dependencies;
    const log = dependencies.log.child({ layer: 'mail' });
    this.events = new NodeEventLog(clock, (error) => log.error({ error }, 'event handler failed'));
    logEvents(this.events, log);
    const fail = (error: unknown): void => {
      // What a stop interrupts is gone on with at the next start.
      if (this.#failed || this.#stopping.signal.aborted) return;
      this.#failed = true;
      dependencies.onFailure?.(error);
    };
    this.#fail = fail;
    const { events, counters } = this;
    const conditions = dependencies.conditions ?? new Conditions({ log, clock });
    const storage = dependencies.storage ?? retryingStorage(conditions, clock);
    this.#storage = storage;
    const patient = patientStore(store, storage);
    const health = { patient, storage, conditions };
    const context: MailContext = { settings, store, ...health, log, clock, events, counters, fail };
    const stamper = new Stamper(context, pow);
    const acks = new AckWatch();
    const identities = new Identities(context, decrypt);
    this.#identities = identities;
    const maker = new IdentityMaker(context, identities, addressMaker);
    this.identities = new IdentityService(identities, maker);
    this.books = new AddressBooks(context, decrypt);
    this.pubkeys = new Pubkeys(context);
    this.#publisher = new Publisher(context, publish, (hash) => this.outbox.expired(hash));
    const { books, pubkeys } = this;
    const publisher = this.#publisher;
    const parts = { context, identities, books, pubkeys, stamper, publisher, acks };
    this.outbox = new Outbox(parts);
    this.#keyAnswers = new KeyAnswers(context, identities, stamper, publisher);
    const { outbox } = this;
    const msgs = new MsgReceiver({ ...parts, decrypt, outbox });
    const broadcasts = new BroadcastReceiver(context, books, pubkeys, decrypt);
    const ackReceiver = new AckReceiver(context, acks, outbox);
    const getpubkey: ObjectHandler = (received) =>
      receiveGetpubkey(received, identities, this.#keyAnswers);
    const dispatch = new ObjectDispatch(counters, {
      acks: (received) => ackReceiver.receive(received),
      getpubkey,
      pubkey: (received) => receivePubkey(received, pubkeys),
      msg: msgs,
      broadcast: broadcasts,
      onionpeer: (received) =>
        receiveOnionPeer(received, (peer, stream) => this.onOnionPeer(peer, stream)),
    });
    this.#processor = new ObjectProcessor(context, dispatch);
    this.#backFill = new BackFill({
      context,
      dispatch,
      sources: {
        identity: new IdentitySource(identities, decrypt, msgs, getpubkey),
        subscription: new SubscriptionSource(books.subscriptions, decrypt, broadcasts),
      },
      readTo: () => this.#processor.readTo,
    });
    this.#attachBackFill(identities);
    this.#onionAnnouncer = new OnionAnnouncer(context, stamper, publisher);
    this.#cleaner = new Cleaner(context, outbox, this.#onionAnnouncer);
  }

  #attachBackFill(identities: Identities): void {
    identities.onUsable((addresses, isFresh) => {
      if (isFresh) this.#backFill.skip(addresses);
      else this.#backFill.wake();
    });
    this.books.subscriptions.onChanged = () => this.#backFill.wake();
  }

  /** Sequence number of the feed up to which objects have been processed. */
  get feedPosition(): number {
    return this.#processor.position;
  }

  /** Objects that wait for trial decryption, and the last one of the feed that was looked at. */
  get processing(): { readonly waiting: number; readonly readTo: number } {
    const { waiting, readTo } = this.#processor;
    return { waiting, readTo };
  }

  /** Whether anything is under work now; what waits for its time does not count. */
  get busy(): boolean {
    const parts = [
      this.#publisher,
      this.#keyAnswers,
      this.#onionAnnouncer,
      this.#processor,
      this.#backFill,
      this.#cleaner,
    ];
    const isBusy = this.outbox.pending > 0 || parts.some((part) => part.busy);
    return isBusy || this.loading !== undefined;
  }

  /** Reads identities and lists; they can be used from then on. `start` does it when needed. */
  load(): Promise<void> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  async #load(): Promise<void> {
    await this.#identities.load(this.#stopping.signal);
    await this.books.load();
  }

  /**
   * Resolves when mail is sent and received; with thousands of identities before that, while their
   * keys are still being loaded: see {@link loading}. Nothing is tried until all keys are there.
   */
  async start(): Promise<void> {
    this.#ready = this.load().then(() => this.#startServices());
    this.#ready.catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#fail(error);
    });
    await Promise.race([this.#ready, this.#identities.many]);
  }

  /** Settles when identities and lists are there and mail is going; undefined from then on. */
  get loading(): Promise<void> | undefined {
    return this.#isReady ? undefined : this.#ready;
  }

  async #startServices(): Promise<void> {
    const services = [
      this.#publisher,
      this.outbox,
      this.#keyAnswers,
      this.#onionAnnouncer,
      this.#processor,
      this.#backFill,
      this.#cleaner,
    ];
    for (const service of services) {
      this.#stopping.signal.throwIfAborted();
      this.#started.push(service);
      await service.start();
    }
    this.#isReady = true;
  }

  /** Stops in reverse order; proof of work is aborted, everything goes on at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the node is stopping'));
    await this.#storage.stop();
    await this.#ready?.catch(() => undefined);
    for (const service of this.#started.splice(0).reverse()) await service.stop();
  }
}

/** For a core without a node around it: what was refused is tried again after a while. */
function retryingStorage(conditions: Conditions, clock: Clock): StorageHealth {
  const probe = (): Promise<void> => Promise.resolve();
  return new StorageHealth({ reserveBytes: 0 }, { conditions, clock, probe });
}
