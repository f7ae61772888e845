/** The native API as a whole: what it is made of, its start and stop. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../util/clock.js';
import type { LogControl } from '../../util/log-levels.js';
import type { Log } from '../../util/log.js';
import type { Service } from '../../util/service.js';
import type { Credentials, LoginCheck } from '../auth.js';
import type { CallTimes } from '../health/call-times.js';
import type { HostCheck } from '../host-check.js';
import type { LoginDelay } from '../login-delay.js';
import type { OuterSide } from '../outer-side.js';
import type { KeyTexts, NativeContext, NativeNode, Takeover } from './context.js';
import { EventFeed } from './event-feed.js';
import { EventStreams } from './event-streams.js';
import { NetworkHistory } from './network-history.js';
import { addNativeRoutes } from './routes.js';
import { Sessions } from './sessions.js';
import { WebGuard } from './web-guard.js';
import type { IdentityRecord } from '../../store/repositories.js';

export interface NativeApiOptions {
  readonly credentials: Credentials;
}

export interface NativeApiDependencies {
  readonly node: NativeNode;
  readonly log: Log;
  readonly logControl?: LogControl;
  readonly clock: Clock;
  readonly calls?: CallTimes;
  readonly takeover?: Takeover;
  readonly keyTexts?: (identity: IdentityRecord) => KeyTexts;
}

/** What the server that it is part of gives it. */
export interface ServerParts {
  readonly isAuthorized: LoginCheck;
  readonly isHostAllowed: HostCheck;
  readonly loginDelay: LoginDelay;
  readonly outer: OuterSide;
}

export class NativeApi implements Service {
  readonly #options: NativeApiOptions;
  readonly #history: NetworkHistory;
  readonly #streams: EventStreams;
  readonly #context: NativeContext;
  readonly sessions: Sessions;

  constructor(options: NativeApiOptions, dependencies: NativeApiDependencies) {
    const { node, log, logControl, clock, calls, takeover, keyTexts } = dependencies;
    this.#options = options;
    this.sessions = new Sessions(options.credentials, { store: node.store.sessions, clock });
    this.#history = new NetworkHistory(node, clock);
    this.#streams = new EventStreams(new EventFeed(node, log), clock);
    this.#context = {
      node,
      log,
      logControl,
      clock,
      sessions: this.sessions,
      history: this.#history,
      startedS: clock.nowS(),
      calls,
      isPassword: (password) => isEqual(password, options.credentials.password.reveal()),
      takeover,
      keyTexts,
    };
  }

  /** To be called before the server takes requests. */
  async start(): Promise<void> {
    await this.sessions.load();
    await this.#history.start();
    this.#streams.start();
  }

  /** Ends the event streams, which would keep the server open. */
  async stop(): Promise<void> {
    await this.#streams.stop();
    await this.#history.stop();
  }

  addRoutes(app: FastifyInstance, server: ServerParts): void {
    addNativeRoutes(app, {
      context: this.#context,
      credentials: this.#options.credentials,
      guard: new WebGuard({ ...server, sessions: this.sessions }),
      streams: this.#streams,
      outer: server.outer,
    });
  }
}

/** In the same time whatever differs; nothing equals an empty password. */
function isEqual(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted)) && wanted !== '';
}
