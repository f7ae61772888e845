/**
 * Log-ins of browsers. A session's token is in its cookie only; the store has a hash of it, so that a
 * restart of the node logs nobody out and a stolen backup lets nobody in. A changed user or password
 * ends all sessions that began with the old one.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SessionRecord, SessionRepository } from '../../store/mailbox/mailbox-repository.js';
import { toHex } from '../../util/bytes.js';
import type { Clock } from '../../util/clock.js';
import { randomBytes } from '../../util/random.js';
import { Secret } from '../../util/secret.js';
import type { Credentials } from '../auth.js';

const TOKEN_BYTES = 32;
/** Unused for so long, a session ends; and after the second time in any case. */
const IDLE_LIFE_S = 14 * 86_400;
const LONGEST_LIFE_S = 90 * 86_400;
/** The least recently used one makes room. */
const MAX_SESSIONS = 64;
/** A use is written down this often at most. */
const USE_PERIOD_S = 3_600;
const LINK_LIFE_S = 600;
const MAX_LINKS = 16;

export interface SessionView {
  readonly createdS: number;
  readonly lastUsedS: number;
  readonly expiresS: number;
  readonly current: boolean;
}

export interface NewSession {
  /** For the cookie. */
  readonly token: Secret;
  /** For the header that proves that the page itself asks. */
  readonly requestToken: Secret;
  readonly expiresS: number;
}

export class Sessions {
  readonly #login: Secret;
  readonly #store: SessionRepository;
  readonly #clock: Clock;
  /** By hash of the token, in hex. */
  readonly #sessions = new Map<string, SessionRecord>();
  /** Hash of a link's token, and when it ends. */
  readonly #links = new Map<string, number>();

  constructor(
    { username, password }: Credentials,
    { store, clock }: { store: SessionRepository; clock: Clock },
  ) {
    this.#login = new Secret(JSON.stringify([username, password.reveal()]));
    this.#store = store;
    this.#clock = clock;
  }

  async load(): Promise<void> {
    for (const record of await this.#store.list()) {
      this.#sessions.set(toHex(record.tokenHash), record);
    }
    await this.#removeExpired();
  }

  async create(): Promise<NewSession> {
    await this.#removeExpired();
    while (this.#sessions.size >= MAX_SESSIONS) await this.#remove([this.#oldest()]);
    const token = randomToken();
    const nowS = this.#clock.nowS();
    const record: SessionRecord = {
      tokenHash: hashOf(token),
      loginMac: this.#loginMac(token),
      createdS: nowS,
      lastUsedS: nowS,
    };
    this.#sessions.set(toHex(record.tokenHash), record);
    await this.#store.put(record);
    return this.#told(token, record);
  }

  /** The session of that token, used now; undefined when it is none, or none any more. */
  find(token: string): NewSession | undefined {
    const name = toHex(hashOf(token));
    const record = this.#sessions.get(name);
    if (!record || !timingSafeEqual(record.loginMac, this.#loginMac(token))) return undefined;
    const nowS = this.#clock.nowS();
    if (nowS >= expiryOf(record)) return undefined;
    const used = { ...record, lastUsedS: nowS };
    this.#sessions.set(name, used);
    if (nowS - record.lastUsedS >= USE_PERIOD_S) void this.#store.put(used);
    return this.#told(token, used);
  }

  async end(token: string): Promise<void> {
    const record = this.#sessions.get(toHex(hashOf(token)));
    if (record) await this.#remove([record]);
  }

  async endAll(): Promise<void> {
    this.#links.clear();
    await this.#remove([...this.#sessions.values()]);
  }

  list(currentToken: string | undefined): SessionView[] {
    const current = currentToken === undefined ? '' : toHex(hashOf(currentToken));
    return [...this.#sessions]
      .filter(([, record]) => this.#clock.nowS() < expiryOf(record))
      .map(([name, record]) => ({
        createdS: record.createdS,
        lastUsedS: record.lastUsedS,
        expiresS: expiryOf(record),
        current: name === current,
      }));
  }

  /** A token that begins one session. */
  makeLink(): { token: Secret; expiresS: number } {
    const nowS = this.#clock.nowS();
    for (const [name, expiresS] of this.#links) if (expiresS <= nowS) this.#links.delete(name);
    const [first] = this.#links.keys();
    if (this.#links.size >= MAX_LINKS && first !== undefined) this.#links.delete(first);
    const token = randomToken();
    const expiresS = nowS + LINK_LIFE_S;
    this.#links.set(toHex(hashOf(token)), expiresS);
    return { token: new Secret(token), expiresS };
  }

  /** True once for each link, in its time. */
  useLink(token: string): boolean {
    const name = toHex(hashOf(token));
    const expiresS = this.#links.get(name);
    this.#links.delete(name);
    return expiresS !== undefined && this.#clock.nowS() < expiresS;
  }

  #told(token: string, record: SessionRecord): NewSession {
    const requestToken = createHmac('sha256', token).update('request').digest('base64url');
    return {
      token: new Secret(token),
      requestToken: new Secret(requestToken),
      expiresS: expiryOf(record),
    };
  }

  /** Keyed by the token, which is nowhere kept: nothing to try passwords with. */
  #loginMac(token: string): Uint8Array {
    return new Uint8Array(createHmac('sha256', token).update(this.#login.reveal()).digest());
  }

  #oldest(): SessionRecord {
    const [oldest] = [...this.#sessions.values()].sort((a, b) => a.lastUsedS - b.lastUsedS);
    if (!oldest) throw new TypeError('there is no session');
    return oldest;
  }

  async #removeExpired(): Promise<void> {
    const nowS = this.#clock.nowS();
    await this.#remove([...this.#sessions.values()].filter((one) => nowS >= expiryOf(one)));
  }

  async #remove(records: readonly SessionRecord[]): Promise<void> {
    if (records.length === 0) return;
    for (const { tokenHash } of records) this.#sessions.delete(toHex(tokenHash));
    await this.#store.remove(records.map(({ tokenHash }) => tokenHash));
  }
}

function expiryOf({ createdS, lastUsedS }: SessionRecord): number {
  return Math.min(lastUsedS + IDLE_LIFE_S, createdS + LONGEST_LIFE_S);
}

function hashOf(token: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

function randomToken(): string {
  return Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url');
}
