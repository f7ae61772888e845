/**
 * Who may use the native API: programs with user and password, pages with a session. Pages of other
 * sites get nowhere, whatever the browser remembers: their Origin differs, the cookie is not sent from
 * there (SameSite), and they do not know the token.
 */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LoginCheck } from '../auth.js';
import type { HostCheck } from '../host-check.js';
import type { LoginDelay } from '../login-delay.js';
import type { OuterSide } from '../outer-side.js';
import { refuseHost } from '../refusals.js';
import type { NewSession, Sessions } from './sessions.js';

export interface WebGuardParts {
  readonly isAuthorized: LoginCheck;
  readonly isHostAllowed: HostCheck;
  readonly loginDelay: LoginDelay;
  readonly outer: OuterSide;
  readonly sessions: Sessions;
}

/** Undefined session: a program with user and password. */
export interface Admitted {
  readonly session: NewSession | undefined;
}

/** As in schema/session.ts, the way Node names headers. */
const TOKEN_HEADER = 'x-petrel-token';

export class WebGuard {
  readonly #parts: WebGuardParts;

  constructor(parts: WebGuardParts) {
    this.#parts = parts;
  }

  /** For requests that need no log-in: the refusal, already sent, or undefined. */
  refusal(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
    const { isHostAllowed, outer } = this.#parts;
    if (!isHostAllowed(request)) return refuseHost(reply);
    if (!isSameOrigin(request, outer)) return reply.code(403).send();
    return undefined;
  }

  /** Undefined when the refusal was sent. */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<Admitted | undefined> {
    if (this.refusal(request, reply)) return undefined;
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const isProgram = await this.mayLogIn(request, reply, () =>
        this.#parts.isAuthorized(authorization),
      );
      return isProgram ? { session: undefined } : undefined;
    }
    const session = this.sessionOf(request);
    if (!session) {
      await reply.code(401).send();
      return undefined;
    }
    if (
      request.method !== 'GET' &&
      !isEqual(request.headers[TOKEN_HEADER], session.requestToken.reveal())
    ) {
      await reply.code(403).send();
      return undefined;
    }
    return { session };
  }

  /** Looks at a log-in, wrong ones answered late; false when the refusal was sent. */
  async mayLogIn(
    request: FastifyRequest,
    reply: FastifyReply,
    isRight: () => boolean,
  ): Promise<boolean> {
    const { loginDelay, outer } = this.#parts;
    const client = outer.clientOf(request);
    if (!loginDelay.mayTry(client)) {
      await reply.code(429).send();
      return false;
    }
    if (isRight()) return true;
    await loginDelay.beforeRefusal(client);
    // No WWW-Authenticate: the browser would ask in its own way.
    await reply.code(401).send();
    return false;
  }

  sessionOf(request: FastifyRequest): NewSession | undefined {
    const token = cookieOf(request);
    return token === undefined ? undefined : this.#parts.sessions.find(token);
  }
}

/** Cookies know no ports: two nodes on one machine must not overwrite each other's. */
export function cookieName({ socket }: FastifyRequest): string {
  return `petrel_session_${socket.localPort ?? 0}`;
}

function cookieOf(request: FastifyRequest): string | undefined {
  const wanted = `${cookieName(request)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
}

/** Programs send no Origin; browsers do with everything but plain reading. */
function isSameOrigin(request: FastifyRequest, outer: OuterSide): boolean {
  const { headers, method } = request;
  const { origin } = headers;
  if (origin !== undefined) {
    if (!URL.canParse(origin)) return false;
    const { protocol, host } = new URL(origin);
    if (outer.isHttps(request) && protocol !== 'https:') return false;
    const own = `${protocol}//${outer.hostOf(request) ?? ''}`;
    return URL.canParse(own) && new URL(own).host === host;
  }
  const site = headers['sec-fetch-site'];
  return method === 'GET' || site === undefined || site === 'same-origin' || site === 'none';
}

function isEqual(given: string | string[] | undefined, wanted: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
