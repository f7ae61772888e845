/**
 * A node, as programs and pages see it: typed calls, log-in, events. Runs in browsers and in Node; needs
 * nothing but fetch.
 */
import type { MethodName, ParamsOf, ResultOf } from '../api/native/schema/all.js';
import type { NativeErrorBody } from '../api/native/schema/errors.js';
import type { LoginRequest, SessionInfo } from '../api/native/schema/session.js';
import { ConnectionError, RpcError } from './errors.js';
import { EventStream, type EventStreamOptions } from './event-stream.js';
import { Transport, type TransportOptions } from './transport.js';

interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: NativeErrorBody;
}

/** May be left out where no parameter is required. */
type Params<Name extends MethodName> =
  Record<string, never> extends ParamsOf<Name>
    ? [params?: ParamsOf<Name>, signal?: AbortSignal]
    : [params: ParamsOf<Name>, signal?: AbortSignal];

export class PetrelClient {
  readonly #transport: Transport;
  #lastId = 0;

  constructor(options: TransportOptions = {}) {
    this.#transport = new Transport(options);
  }

  /** @throws RpcError with what the node says is wrong; ConnectionError */
  async call<Name extends MethodName>(
    method: Name,
    ...[params, signal]: Params<Name>
  ): Promise<ResultOf<Name>> {
    this.#lastId += 1;
    const response = await this.#transport.request({
      method: 'POST',
      path: '/rpc/v1',
      body: { jsonrpc: '2.0', id: this.#lastId, method, params: params ?? {} },
      signal,
    });
    const { result, error } = (await response.json()) as RpcAnswer;
    if (error) throw new RpcError(error);
    return result as ResultOf<Name>;
  }

  /** Begins a session. @throws ConnectionError `not-logged-in` when user or password are wrong */
  login(username: string, password: string): Promise<SessionInfo> {
    return this.#login({ username, password });
  }

  /** Begins a session with what follows `#login=` in a link of the node; works once. */
  loginWithLink(link: string): Promise<SessionInfo> {
    return this.#login({ link });
  }

  /** Goes on with the session of the browser's cookie; undefined when there is none. */
  async resume(): Promise<SessionInfo | undefined> {
    try {
      return await this.#begin(await this.#transport.request({ method: 'GET', path: '/session' }));
    } catch (error) {
      if (error instanceof ConnectionError && error.failure === 'not-logged-in') return undefined;
      throw error;
    }
  }

  /** Ends the session, or all there are. */
  async logout({ everywhere = false } = {}): Promise<void> {
    const path = everywhere ? '/session?everywhere=true' : '/session';
    await this.#transport.request({ method: 'DELETE', path });
    this.#transport.token = undefined;
  }

  /** What happens from now on, or after the event `after`; connects again by itself. */
  events(options: EventStreamOptions = {}): EventStream {
    return new EventStream(this.#transport, options);
  }

  async #login(body: LoginRequest): Promise<SessionInfo> {
    return this.#begin(await this.#transport.request({ method: 'POST', path: '/session', body }));
  }

  async #begin(response: Response): Promise<SessionInfo> {
    const info = (await response.json()) as SessionInfo;
    this.#transport.token = info.token;
    return info;
  }
}
