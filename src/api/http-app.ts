/** The HTTP server as the API needs it: which limits it has, and how lenient it is. */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

/** How much later than its time a slow request may end, as a part of that time. */
const TIMEOUT_CHECKS = 6;
/** Sockets held at once; more are closed as they come. */
const MAX_SOCKETS = 1_000;

export interface HttpAppOptions {
  readonly maxBodyBytes: number;
  /** A request must have come as a whole by then. */
  readonly requestTimeoutMs: number;
  /** Connections that come after it are closed. */
  readonly stopping: AbortSignal;
}

export interface HttpAppHandlers {
  /** For every request, before its body is there. */
  readonly arrived: (reply: FastifyReply) => void;
  /** For every request with its body, whatever path and method. */
  readonly handle: (
    request: FastifyRequest,
    reply: FastifyReply,
  ) => FastifyReply | Promise<FastifyReply>;
  readonly failed: (error: unknown, reply: FastifyReply) => FastifyReply;
}

export function createHttpApp(
  { maxBodyBytes, requestTimeoutMs, stopping }: HttpAppOptions,
  { arrived, handle, failed }: HttpAppHandlers,
): FastifyInstance {
  const connectionsCheckingInterval = Math.ceil(requestTimeoutMs / TIMEOUT_CHECKS);
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    // Hand-made clients of HTTP/1.1 leave Host out; PyBitmessage answers them.
    http: {
      requireHostHeader: false,
      connectionsCheckingInterval,
      // Node exchanges the two limits when that of the headers is the longer one.
      headersTimeout: requestTimeoutMs,
    },
  });
  // Clients send every content type there is, and none.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.addHook('onRequest', (request, reply, done) => {
    // Malformed ones, too: none is looked at.
    request.raw.headers['content-type'] = 'application/octet-stream';
    arrived(reply);
    done();
  });
  // What a call looks like is routed; whatever else comes is answered by the same handler.
  for (const path of ['/', '/RPC2']) app.post(path, handle);
  app.setNotFoundHandler(handle);
  app.setErrorHandler((error, _request, reply) => failed(error, reply));
  // PyBitmessage ignores Expect: the answer is the first thing that comes back.
  app.server.on('checkContinue', (request, reply) => app.server.emit('request', request, reply));
  app.server.maxConnections = MAX_SOCKETS;
  // Clients that close their side after the request still want the answer.
  Object.assign(app.server, { httpAllowHalfOpen: true });
  app.server.on('connection', (socket) => {
    if (stopping.aborted) socket.destroy();
  });
  return app;
}
