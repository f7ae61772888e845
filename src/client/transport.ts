/** HTTP to one node: where it is, and what proves who is asking. */
import { connectionError, ConnectionError } from './errors.js';

export interface TransportOptions {
  /** Address of the API, as `http://127.0.0.1:8442`; default: where the page came from. */
  readonly url?: string;
  /** For programs; a page logs in instead. */
  readonly username?: string;
  readonly password?: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export class Transport {
  readonly #url: string;
  readonly #fetch: typeof fetch;
  readonly #authorization: string | undefined;
  /** Of the session; goes with every request that is not GET. */
  token: string | undefined;

  constructor({ url = '', username, password, fetch: given }: TransportOptions) {
    this.#url = url.replace(/\/$/, '');
    // Called as a method of something else, the browser's own refuses.
    this.#fetch = given ?? ((...parameters) => fetch(...parameters));
    if (password !== undefined) this.#authorization = basicAuthorization(username ?? '', password);
  }

  /** @throws ConnectionError unless the answer is 200; the signal's reason when it was aborted. */
  async request({ method, path, headers, body, signal }: HttpRequest): Promise<Response> {
    const allHeaders = new Headers(headers);
    if (this.#authorization !== undefined) allHeaders.set('Authorization', this.#authorization);
    if (this.token !== undefined && method !== 'GET') {
      allHeaders.set('X-Petrel-Token', this.token);
    }
    if (body !== undefined) allHeaders.set('Content-Type', 'application/json');
    let response: Response;
    try {
      response = await this.#fetch(this.#url + path, {
        method,
        headers: allHeaders,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ConnectionError('unreachable', 'the node does not answer', { cause: error });
    }
    if (response.status === 200) return response;
    await response.body?.cancel();
    throw connectionError(response.status);
  }
}

/** UTF-8, which btoa alone does not do. */
function basicAuthorization(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
