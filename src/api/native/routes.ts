/** The paths of the native API, beside those of the compatible one. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { strictText } from '../../util/bytes.js';
import { createLoginCheck, type Credentials } from '../auth.js';
import type { NativeContext } from './context.js';
import type { EventStreams } from './event-streams.js';
import { answerRpc } from './rpc.js';
import { loginRequest, type LoginRequest } from './schema/session.js';
import type { NewSession } from './sessions.js';
import { cookieName, type WebGuard } from './web-guard.js';
import type { OuterSide } from '../outer-side.js';

/** Longest body of a log-in, bytes. */
const MAX_LOGIN_BYTES = 8_192;
export interface NativeRouteParts {
  readonly context: NativeContext;
  readonly credentials: Credentials;
  readonly guard: WebGuard;
  readonly streams: EventStreams;
  readonly outer: OuterSide;
}

export function addNativeRoutes(app: FastifyInstance, parts: NativeRouteParts): void {
  const { context, guard, streams } = parts;
  app.post('/rpc/v1', async (request, reply) => {
    const admitted = await guard.admit(request, reply);
    if (!admitted) return reply;
    const body = strictText(bodyOf(request));
    if (body === undefined) return reply.code(400).send();
    const caller = { sessionToken: admitted.session?.token.reveal() };
    const answer = await answerRpc(body, context, caller);
    if (answer === undefined) return reply.code(204).send();
    return sendJson(reply, answer);
  });
  app.get('/events', { exposeHeadRoute: false }, async (request, reply) => {
    const admitted = await guard.admit(request, reply);
    return admitted ? streams.open(request, reply) : reply;
  });
  addSessionRoutes(app, parts);
}

function addSessionRoutes(app: FastifyInstance, parts: NativeRouteParts): void {
  const { guard, context, streams, outer } = parts;
  const { sessions } = context;
  app.get('/session', { exposeHeadRoute: false }, (request, reply) => {
    const refused = guard.refusal(request, reply);
    if (refused) return refused;
    const session = guard.sessionOf(request);
    return session ? sendSession(reply, session) : reply.code(401).send();
  });
  app.post('/session', { bodyLimit: MAX_LOGIN_BYTES }, (request, reply) =>
    logIn(request, reply, parts),
  );
  app.delete('/session', async (request, reply) => {
    const admitted = await guard.admit(request, reply);
    if (!admitted) return reply;
    const { everywhere } = request.query as Readonly<Record<string, unknown>>;
    if (everywhere === 'true') await sessions.endAll();
    else if (admitted.session) await sessions.end(admitted.session.token.reveal());
    // Streams of sessions that ended end with them; others come back by themselves.
    streams.endAll();
    void reply.header('Set-Cookie', cookieText(request, outer, '', 0));
    return sendJson(reply, '{}');
  });
}

async function logIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { guard, credentials, context, outer }: NativeRouteParts,
): Promise<FastifyReply> {
  const refused = guard.refusal(request, reply);
  if (refused) return refused;
  const given = readLogin(bodyOf(request));
  if (!given) return reply.code(400).send();
  const isRight = (): boolean => {
    if ('link' in given) return context.sessions.useLink(given.link);
    const pair = Buffer.from(`${given.username}:${given.password}`).toString('base64');
    return createLoginCheck([credentials])(`Basic ${pair}`);
  };
  if (!(await guard.mayLogIn(request, reply, isRight))) return reply;
  const session = await context.sessions.create();
  const lifeS = session.expiresS - context.clock.nowS();
  void reply.header('Set-Cookie', cookieText(request, outer, session.token.reveal(), lifeS));
  return sendSession(reply, session);
}

function readLogin(body: Uint8Array): LoginRequest | undefined {
  try {
    return loginRequest.safeParse(JSON.parse(strictText(body) ?? '')).data;
  } catch {
    return undefined; // No JSON.
  }
}

function bodyOf({ body }: FastifyRequest): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array(0);
}

function sendSession(reply: FastifyReply, session: NewSession): FastifyReply {
  const { requestToken, expiresS } = session;
  return sendJson(reply, JSON.stringify({ token: requestToken.reveal(), expiresS }));
}

function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .headers({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    .type('application/json')
    .send(text);
}

function cookieText(
  request: FastifyRequest,
  outer: OuterSide,
  value: string,
  maxAgeS: number,
): string {
  const safety = `HttpOnly; SameSite=Strict${outer.isHttps(request) ? '; Secure' : ''}`;
  return `${cookieName(request)}=${value}; Path=/; ${safety}; Max-Age=${maxAgeS}`;
}
