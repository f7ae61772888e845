/** The paths by which machines look after a node: `/healthz`, `/readyz` and `/metrics`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../util/clock.js';
import type { Service } from '../../util/service.js';
import type { LoginCheck } from '../auth.js';
import { isAddressHost, isLoopbackName, type HostCheck } from '../host-check.js';
import type { LoginDelay } from '../login-delay.js';
import type { OuterSide } from '../outer-side.js';
import { refuseHost } from '../refusals.js';
import type { CallTimes } from './call-times.js';
import { DatabaseProbe } from './database-probe.js';
import { CONTENT_TYPE, Exposition } from './exposition.js';
import { LoopDelay } from './loop-delay.js';
import { METRICS } from './metrics/all.js';
import { Readiness, type Reason } from './readiness.js';
import {
  databaseBytes,
  diskBytes,
  type BackupNews,
  type HealthNode,
  type Scrape,
} from './scrape.js';

export interface HealthApiDependencies {
  readonly node: HealthNode;
  readonly clock: Clock;
  /** Filled by who answers calls. */
  readonly calls: CallTimes;
  /** Asked at each scrape; missing where nobody makes backups. */
  readonly backup?: () => BackupNews;
}

const NO_BACKUPS: BackupNews = { lastSuccessS: undefined, isFailing: false };

/** What the server that it is part of gives it. */
export interface HealthServerParts {
  readonly isAuthorized: LoginCheck;
  readonly isHostAllowed: HostCheck;
  readonly loginDelay: LoginDelay;
  readonly outer: OuterSide;
}

export class HealthApi implements Service {
  readonly #dependencies: HealthApiDependencies;
  readonly #loopDelay: LoopDelay;
  readonly #readiness: Readiness;
  readonly #exposition: Exposition | undefined;

  /** @param offersMetrics false: `/metrics` does not exist */
  constructor(
    { offersMetrics }: { readonly offersMetrics: boolean },
    dependencies: HealthApiDependencies,
  ) {
    const { node, clock } = dependencies;
    this.#dependencies = dependencies;
    this.#loopDelay = new LoopDelay(() => clock.monotonicMs());
    const probe = new DatabaseProbe(() => node.store.journal.feedPosition(), clock);
    this.#readiness = new Readiness(node, probe);
    if (offersMetrics) this.#exposition = new Exposition(METRICS, () => this.#scrape());
  }

  /** To be told of calls. */
  get calls(): CallTimes {
    return this.#dependencies.calls;
  }

  /** False when the process had better be started again. */
  async isAlive(): Promise<boolean> {
    return (await this.#readiness.whyDead()).length === 0;
  }

  start(): Promise<void> {
    if (this.#exposition) this.#loopDelay.start();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#loopDelay.stop();
    return Promise.resolve();
  }

  addRoutes(app: FastifyInstance, server: HealthServerParts): void {
    const readiness = this.#readiness;
    addProbe(app, '/healthz', 'ok', server, () => readiness.whyDead());
    addProbe(app, '/readyz', 'ready', server, () => readiness.whyNotReady());
    const exposition = this.#exposition;
    if (!exposition) return;
    app.get('/metrics', async (request, reply) => {
      if (await isRefused(request, reply, server)) return reply;
      const text = await exposition.text();
      return reply.header('Cache-Control', 'no-store').type(CONTENT_TYPE).send(text);
    });
  }

  async #scrape(): Promise<Scrape> {
    const { node, clock, calls, backup: news } = this.#dependencies;
    const { dataDir } = node.settings;
    const [outbox, fileBytes, disk, reasons] = await Promise.all([
      node.store.sent.countUnfinished(),
      databaseBytes(dataDir),
      diskBytes(dataDir),
      this.#readiness.whyNotReady(),
    ]);
    const loopDelay = this.#loopDelay.read();
    const isReady = reasons.length === 0;
    const backup = news?.() ?? NO_BACKUPS;
    const nowS = clock.nowS();
    return { node, nowS, isReady, outbox, fileBytes, disk, loopDelay, calls, backup };
  }
}

/** Answers without a login and says nothing about whose node it is. */
function addProbe(
  app: FastifyInstance,
  path: string,
  fine: string,
  { isHostAllowed, outer }: HealthServerParts,
  ask: () => Promise<Reason[]>,
): void {
  app.get(path, async (request, reply) => {
    // Balancers and containers come by addresses that this machine does not know. No page can: the
    // browser lets it read only what has the page's own name.
    const { host = '' } = request.headers;
    const isByAddress = isAddressHost(host) && isAddressHost(outer.forwardedHost(request) ?? host);
    if (!isByAddress && !isHostAllowed(request)) return refuseHost(reply);
    const reasons = await ask();
    const lines = reasons.map(({ name, text }) => `${name}: ${text}`);
    return reply
      .code(reasons.length === 0 ? 200 : 503)
      .headers({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
      .type('text/plain')
      .send(`${lines.length === 0 ? fine : lines.join('\n')}\n`);
  });
}

/** True when the refusal was sent: a login is asked of everybody but programs on this machine. */
async function isRefused(
  request: FastifyRequest,
  reply: FastifyReply,
  { isAuthorized, isHostAllowed, loginDelay, outer }: HealthServerParts,
): Promise<boolean> {
  const refuse = async (answer: FastifyReply): Promise<true> => {
    await answer;
    return true;
  };
  if (!isHostAllowed(request)) return refuse(refuseHost(reply));
  const isLocal = isLoopbackName(request.socket.remoteAddress ?? '');
  if (isLocal && !outer.isFromProxy(request)) return false;
  const client = outer.clientOf(request);
  if (!loginDelay.mayTry(client)) return refuse(reply.code(429).send());
  if (isAuthorized(request.headers.authorization)) return false;
  await loginDelay.beforeRefusal(client);
  return refuse(reply.code(401).header('WWW-Authenticate', 'Basic realm="petrel"').send());
}
