/** What the API needs of the node; PetrelNode fits. Commands are tested with doubles of parts of it. */
import type { NodeEventLog } from '../node/events.js';
import type { Settings } from '../node/settings/settings.js';
import type { PowSolver } from '../pow/solver.js';
import type {
  ContactRecord,
  IdentityRecord,
  ListedAddress,
  Repositories,
} from '../store/repositories.js';

export interface NewMail {
  readonly fromAddress: string;
  readonly subject: Uint8Array;
  readonly body: Uint8Array;
  /** 2 or 3. */
  readonly encoding: number;
  readonly ttlS: number;
}

export interface DemandedDifficulty {
  readonly nonceTrialsPerByte: number;
  readonly payloadLengthExtraBytes: number;
}

export interface ApiIdentities {
  list(): IdentityRecord[];
  get(address: string): IdentityRecord | undefined;
  createRandom(options: {
    label: Uint8Array;
    leadingZeroBytes?: number;
    difficulty?: DemandedDifficulty;
  }): Promise<string>;
  createDeterministic(options: {
    passphrase: Uint8Array;
    count: number;
    version: number;
    stream: number;
    label: Uint8Array;
    leadingZeroBytes?: number;
    difficulty?: DemandedDifficulty;
  }): Promise<string[]>;
  deriveDeterministic(passphrase: Uint8Array, version: number, stream: number): Promise<string>;
  createChan(passphrase: Uint8Array): Promise<string>;
  joinChan(passphrase: Uint8Array, address: string): Promise<void>;
  leaveChan(address: string): Promise<void>;
  remove(address: string): Promise<boolean>;
  setEnabled(address: string, enabled: boolean): Promise<boolean>;
  rename(address: string, label: Uint8Array): Promise<boolean>;
}

export interface ApiConnection {
  readonly host: string;
  readonly port: number;
  readonly inbound: boolean;
  readonly established: boolean;
  readonly userAgent: string;
}

export interface ApiNode {
  readonly events?: Pick<NodeEventLog, 'emit'>;
  /** Settles when identities and lists are complete; undefined when they are. */
  readonly loading?: Promise<void> | undefined;
  readonly settings: Settings;
  readonly identities: ApiIdentities;
  readonly outbox: {
    sendMessage(mail: NewMail & { toAddress: string }): Promise<Uint8Array>;
    sendBroadcast(mail: NewMail): Promise<Uint8Array>;
    /** Stops working on a message; what is out stays out. */
    cancel(ackData: Uint8Array): void;
  };
  readonly contacts: {
    list(): ContactRecord[];
    add(record: ContactRecord): Promise<boolean>;
    remove(address: string): Promise<boolean>;
  };
  readonly subscriptions: {
    list(): ListedAddress[];
    add(record: ListedAddress): Promise<boolean>;
    remove(address: string): Promise<boolean>;
  };
  readonly store: Pick<Repositories, 'inbox' | 'sent' | 'trash' | 'inventory'>;
  readonly network: {
    connections(): readonly ApiConnection[];
    status(): string;
    pendingDownloads(): number;
    announce(hash: Uint8Array, stream: number): void;
  };
  readonly pow: PowSolver;
  readonly counters: {
    readonly messagesProcessed: number;
    readonly broadcastsProcessed: number;
    readonly pubkeysProcessed: number;
  };
}
