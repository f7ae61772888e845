import type { Secret } from '../../util/secret.js';
import { ProxyError } from './proxy-error.js';

/** What a step of the talk with a proxy is about: failures are blamed accordingly. */
export type Subject = 'proxy' | 'target';

/** Send this (it may be empty), then come back with exactly so many bytes of answer. */
export interface Exchange {
  readonly send: Uint8Array;
  /** 1 to 257. */
  readonly read: number;
  readonly about: Subject;
}

/**
 * The talk that opens a connection through a proxy, without sockets. When it returns, the next byte
 * is the target's. Throws {@link ProxyError}.
 */
export type Conversation = Generator<Exchange, void, Uint8Array>;

/** User and password at a proxy, 1 to 255 bytes each in UTF-8. */
export interface ProxyLogin {
  readonly user: string;
  readonly password: Secret;
  /** Made up by us, to be kept apart from our other connections: the proxy has not asked for one. */
  readonly isOurs: boolean;
}

/** Visible ASCII only: what is no part of any host name must not reach a proxy's parser. */
const HOST_NAME = /^[\x21-\x7e]{1,255}$/;

/** @throws ProxyError `no-route` for what is no host name */
export function checkHostName(host: string): string {
  if (HOST_NAME.test(host)) return host;
  throw new ProxyError('no-route', 'not the name of a host');
}
