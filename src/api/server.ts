/** The HTTP side of the remote API. [api.py] */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AddressRanges } from '../util/address-ranges.js';
import type { Clock } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import type { Service } from '../util/service.js';
import type { ApiNode } from './api-node.js';
import { Answerer } from './answer.js';
import { createLoginCheck, type Credentials, type LoginCheck } from './auth.js';
import type { ApiVariant } from './command.js';
import type { HealthApi } from './health/health-api.js';
import { createHostCheck, type HostCheck } from './host-check.js';
import { createHttpApp } from './http-app.js';
import { listen, refuseUnprotected, type ListenOptions } from './listen.js';
import { LoginDelay } from './login-delay.js';
import type { NativeApi } from './native/native-api.js';
import { allCommands } from './methods/all.js';
import { OuterSide } from './outer-side.js';
import { addPageRoutes, type PageFiles } from './page-files.js';
import { refuseEarly, refuseHost } from './refusals.js';

export interface ApiServerOptions extends ListenOptions {
  readonly variant: ApiVariant;
  readonly credentials: Credentials;
  /** A second login, for programs on this machine. */
  readonly cookie?: Credentials;
  /** Names besides loopback's and the bound address by which clients may call this server. */
  readonly allowedHosts?: readonly string[];
  /** Proxies in front of this server that say who their client is; default: none. */
  readonly trustedProxies?: AddressRanges;
  /** Default 2 MiB. */
  readonly maxBodyBytes?: number;
  /** A request must have come as a whole by then; default 30 s. */
  readonly requestTimeoutMs?: number;
  /** Offers what PyBitmessage offers in its test mode only; its login is known to everybody. */
  readonly testMode?: boolean;
  /** The web mailbox, where it is built. */
  readonly page?: PageFiles;
  /** Called when a call has come, and again when its answer is out. */
  readonly onCall?: () => void;
}

export interface ApiServerDependencies {
  readonly node: ApiNode;
  readonly log: Log;
  readonly clock: Clock;
  /** Begins the clean stop of the process, for the command `shutdown`. */
  readonly requestStop: () => void;
  /** Beside the compatible API, at paths of its own. */
  readonly native?: NativeApi | undefined;
  /** How the node is, for machines that look after it. */
  readonly health?: HealthApi | undefined;
}

/** The longest message is 2^18 bytes, 350 KB in base64; PyBitmessage has no limit. */
export const DEFAULT_MAX_BODY_BYTES = 2 * 1024 * 1024;
/** A client on the slowest line sends the largest body in this time. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A request in progress may take so long to end when the server stops. */
const STOP_GRACE_MS = 3_000;

export class ApiServer implements Service {
  readonly #options: ApiServerOptions;
  readonly #dependencies: ApiServerDependencies;
  readonly #answerer: Answerer;
  readonly #app: FastifyInstance;
  readonly #stopping = new AbortController();
  readonly #isAuthorized: LoginCheck;
  readonly #isHostAllowed: HostCheck;
  readonly #loginDelay: LoginDelay;
  readonly #outer: OuterSide;
  #hasToldOfProxy = false;
  /** Requests whose answer has not gone out yet. */
  #inProgress = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: ApiServerOptions, dependencies: ApiServerDependencies) {
    const { node, log, clock, requestStop, health } = dependencies;
    this.#options = options;
    this.#dependencies = dependencies;
    const { variant, credentials, cookie, testMode = false } = options;
    this.#isAuthorized = createLoginCheck(cookie ? [credentials, cookie] : [credentials]);
    const commands = allCommands(requestStop);
    const parts = { node, log, clock, calls: health?.calls };
    this.#answerer = new Answerer(commands, { variant, testMode }, parts);
    this.#outer = new OuterSide(options.trustedProxies ?? new AddressRanges([]));
    const allowedHosts = [...(options.allowedHosts ?? []), options.host];
    this.#isHostAllowed = createHostCheck(allowedHosts, this.#outer);
    this.#loginDelay = new LoginDelay(clock, this.#stopping.signal);
    this.#app = this.#createApp();
  }

  /** For tests: requests without a socket. */
  get inject(): FastifyInstance['inject'] {
    return this.#app.inject.bind(this.#app);
  }

  /** The port in use, once started. */
  get port(): number {
    const address = this.#app.server.address();
    return typeof address === 'object' && address ? address.port : this.#options.port;
  }

  /** @throws UserError when it cannot listen, or would offer the API to others unprotected. */
  async start(): Promise<void> {
    const { host, credentials, testMode = false } = this.#options;
    refuseUnprotected(host, credentials, testMode);
    await this.#dependencies.native?.start();
    await this.#dependencies.health?.start();
    await listen(this.#app, this.#options);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the API stops'));
    await this.#dependencies.native?.stop();
    await this.#dependencies.health?.stop();
    const closed = this.#app.close();
    if (this.#inProgress > 0) {
      const { clock } = this.#dependencies;
      const idle = new Promise<void>((resolve) => (this.#onIdle = resolve));
      await Promise.race([idle, clock.sleep(STOP_GRACE_MS)]);
    }
    // Connections on which no request came would keep the server open.
    this.#app.server.closeAllConnections();
    await closed;
  }

  #createApp(): FastifyInstance {
    const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES, requestTimeoutMs = REQUEST_TIMEOUT_MS } =
      this.#options;
    const app = createHttpApp(
      { maxBodyBytes, requestTimeoutMs, stopping: this.#stopping.signal },
      {
        arrived: (reply) => this.#track(reply),
        handle: (request, reply) => this.#handle(request, reply),
        failed: (error, reply) => this.#failed(error, reply),
      },
    );
    const parts = {
      isAuthorized: this.#isAuthorized,
      isHostAllowed: this.#isHostAllowed,
      loginDelay: this.#loginDelay,
      outer: this.#outer,
    };
    this.#dependencies.native?.addRoutes(app, parts);
    this.#dependencies.health?.addRoutes(app, parts);
    addPageRoutes(app, this.#options.page ?? new Map(), this.#isHostAllowed);
    return app;
  }

  #track(reply: FastifyReply): void {
    this.#tellOfProxy(reply.request);
    this.#inProgress += 1;
    reply.raw.once('close', () => {
      this.#inProgress -= 1;
      if (this.#inProgress === 0) this.#onIdle?.();
    });
  }

  /** Once: behind a proxy that nobody named, all clients look like one. */
  #tellOfProxy(request: FastifyRequest): void {
    if (this.#hasToldOfProxy || !this.#outer.isUnnamedProxy(request)) return;
    this.#hasToldOfProxy = true;
    this.#dependencies.log.warn(
      { address: request.socket.remoteAddress },
      'API calls come through a proxy; if it is yours, name it in bitmessagesettings.apitrustedproxies',
    );
  }

  #handle(request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> {
    closeUnlessAsked(request, reply);
    const refusal = refuseEarly(request, reply);
    if (refusal) return refusal;
    if (!this.#isHostAllowed(request)) {
      this.#dependencies.log.warn(
        { host: this.#outer.hostOf(request) },
        'API call by a foreign name',
      );
      return refuseHost(reply);
    }
    if (!this.#loginDelay.mayTry(this.#outer.clientOf(request))) return reply.code(429).send();
    if (!this.#isAuthorized(request.headers.authorization)) return this.#refuse(request, reply);
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0);
    return this.#answer(body, reply);
  }

  async #answer(body: Uint8Array, reply: FastifyReply): Promise<FastifyReply> {
    this.#tellOfCall(reply);
    const answer = this.#answerer.answer(body, (run) => void reply.raw.once('close', run));
    if (!answer) return reply.code(500).send();
    return sendText(reply, answer.contentType, await answer.text);
  }

  #tellOfCall(reply: FastifyReply): void {
    const { onCall } = this.#options;
    if (!onCall) return;
    onCall();
    reply.raw.once('close', onCall);
  }

  async #refuse(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await this.#loginDelay.beforeRefusal(this.#outer.clientOf(request));
    this.#dependencies.log.debug('API request with wrong user or password');
    return reply.code(401).header('WWW-Authenticate', 'Basic realm="petrel"').send();
  }

  #failed(error: unknown, reply: FastifyReply): FastifyReply {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) this.#dependencies.log.error({ err: error }, 'API request failed');
    return reply
      .code(status)
      .type('text/plain')
      .send(`${errorText(error)}\n`);
  }
}

/**
 * Past fastify: a text leaves together with the headers in one write, which is half of a small call's
 * time, and the content type stays without the charset that fastify adds to it.
 */
function sendText(reply: FastifyReply, contentType: string, text: string): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(200, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(text),
  });
  reply.raw.end(text);
  return reply;
}

/** Known clients open one connection per call; PyBitmessage never kept one. */
function closeUnlessAsked(request: FastifyRequest, reply: FastifyReply): void {
  const wanted = /\bkeep-alive\b/i.test(request.headers.connection ?? '');
  // Not by a header of fastify's, which costs a call more than all else here.
  if (!wanted) reply.raw.shouldKeepAlive = false;
}
