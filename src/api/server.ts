/** The HTTP side of the remote API. [api.py] */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { strictText } from '../util/bytes.js';
import type { Clock } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import type { Service } from '../util/service.js';
import type { ApiNode } from './api-node.js';
import { isAuthorized, type Credentials } from './auth.js';
import type { ApiVariant } from './command.js';
import { Dispatcher } from './dispatcher.js';
import { answerJsonRpc, JSON_CONTENT_TYPE } from './jsonrpc.js';
import { listen, type ListenOptions } from './listen.js';
import { allCommands } from './methods/all.js';

export interface ApiServerOptions extends ListenOptions {
  readonly variant: ApiVariant;
  readonly credentials: Credentials;
  /** Offers what PyBitmessage offers in its test mode only. */
  readonly testMode?: boolean;
}

export interface ApiServerDependencies {
  readonly node: ApiNode;
  readonly log: Log;
  readonly clock: Clock;
  /** Begins the clean stop of the process, for the command `shutdown`. */
  readonly requestStop: () => void;
}

/** The longest message is 2^18 bytes, 350 KB in base64; PyBitmessage has no limit. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** As long as PyBitmessage takes to refuse a wrong password. */
const REFUSAL_DELAY_MS = 2_000;
/** More refusals at once are not delayed, so that they hold no sockets. */
const MAX_DELAYED_REFUSALS = 64;
/** A request in progress may take so long to end when the server stops. */
const STOP_GRACE_MS = 3_000;

const PATHS = new Set(['/', '/RPC2']);
const XML_NOT_YET =
  'XML-RPC is not available yet. Use JSON-RPC and set bitmessagesettings.apivariant=json.\n';

export class ApiServer implements Service {
  readonly #options: ApiServerOptions;
  readonly #dependencies: ApiServerDependencies;
  readonly #dispatcher: Dispatcher;
  readonly #app: FastifyInstance;
  readonly #stopping = new AbortController();
  #delayedRefusals = 0;
  /** Requests whose answer has not gone out yet. */
  #inProgress = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: ApiServerOptions, dependencies: ApiServerDependencies) {
    const { node, log, clock, requestStop } = dependencies;
    this.#options = options;
    this.#dependencies = dependencies;
    this.#dispatcher = new Dispatcher(
      allCommands(requestStop),
      { variant: 'json', testMode: options.testMode ?? false },
      { node, log, clock },
    );
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

  /** @throws UserError when it cannot listen. */
  async start(): Promise<void> {
    await listen(this.#app, this.#options);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the API stops'));
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
    const app = fastify({ bodyLimit: MAX_BODY_BYTES });
    // Clients send every content type there is, and none.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body);
    });
    app.addHook('onRequest', (request, reply, done) => {
      // Malformed ones, too: none is looked at.
      request.raw.headers['content-type'] = 'application/octet-stream';
      this.#track(reply);
      done();
    });
    app.setNotFoundHandler((request, reply) => this.#handle(request, reply));
    app.setErrorHandler((error, _request, reply) => this.#failed(error, reply));
    // PyBitmessage ignores Expect: the answer is the first thing that comes back.
    app.server.on('checkContinue', (request, reply) => app.server.emit('request', request, reply));
    // Clients that close their side after the request still want the answer.
    Object.assign(app.server, { httpAllowHalfOpen: true });
    app.server.on('connection', (socket) => {
      if (this.#stopping.signal.aborted) socket.destroy();
    });
    return app;
  }

  #track(reply: FastifyReply): void {
    this.#inProgress += 1;
    reply.raw.once('close', () => {
      this.#inProgress -= 1;
      if (this.#inProgress === 0) this.#onIdle?.();
    });
  }

  async #handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    closeUnlessAsked(request, reply);
    if (request.method !== 'POST') return refuseMethod(request, reply);
    if (!PATHS.has(request.url)) return reply.code(404).type('text/plain').send('No such page');
    if (hasNoLength(request)) return reply.code(411).send();
    if (!isAuthorized(request.headers.authorization, this.#options.credentials)) {
      return this.#refuse(reply);
    }
    const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array(0);
    const body = strictText(bytes);
    if (body === undefined) return reply.code(500).send(); // As PyBitmessage: not UTF-8.
    if (this.#options.variant !== 'json' && body.trimStart().startsWith('<')) {
      return reply.code(501).type('text/plain').send(XML_NOT_YET);
    }
    const answer = await answerJsonRpc(body, (name, params) =>
      this.#dispatcher.call({
        name,
        params,
        afterReply: (run) => void reply.raw.once('close', run),
      }),
    );
    return reply.code(200).type(JSON_CONTENT_TYPE).send(Buffer.from(answer));
  }

  async #refuse(reply: FastifyReply): Promise<FastifyReply> {
    if (this.#delayedRefusals < MAX_DELAYED_REFUSALS) {
      this.#delayedRefusals += 1;
      await this.#dependencies.clock
        .sleep(REFUSAL_DELAY_MS, this.#stopping.signal)
        .catch(() => undefined) // The server stops: answered at once.
        .finally(() => (this.#delayedRefusals -= 1));
    }
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

/** Known clients open one connection per call; PyBitmessage never kept one. */
function closeUnlessAsked(request: FastifyRequest, reply: FastifyReply): void {
  const wanted = /\bkeep-alive\b/i.test(request.headers.connection ?? '');
  if (!wanted) void reply.header('Connection', 'close');
}

function hasNoLength({ headers }: FastifyRequest): boolean {
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}

function refuseMethod(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const text = `Unsupported method ('${request.method}')`;
  const page = `<html><head><title>501</title></head><body><p>${text}.</p></body></html>\n`;
  return reply.code(501).type('text/html').send(page);
}
