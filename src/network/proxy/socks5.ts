/** SOCKS version 5, the client's side. RFC 1928, login by RFC 1929. */
import { NO_BYTES, utf8 } from '../../util/bytes.js';
import { parseIp, ipv4Part } from '../../wire/ip.js';
import { Writer } from '../../wire/writer.js';
import type { HostPort } from '../options.js';
import { checkHostName, type Conversation, type ProxyLogin } from './conversation.js';
import { ProxyError } from './proxy-error.js';

const VERSION = 5;
const LOGIN_VERSION = 1;
const COMMAND_CONNECT = 1;
const RESERVED = 0;
const METHOD = { none: 0, login: 2, refused: 0xff } as const;
const ADDRESS = { ipv4: 1, name: 3, ipv6: 4 } as const;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const PORT_BYTES = 2;
const SUCCEEDED = 0;

/** The proxy does not know "connect": no target will ever be reached through it. */
const COMMAND_UNKNOWN = 7;

const REPLIES = [
  'connected',
  'general failure',
  'not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'took too long',
  'command not supported',
  'kind of address not supported',
];

/** Names go to the proxy as they are: it resolves them. */
export function* socks5(target: HostPort, login: ProxyLogin): Conversation {
  const request = connectRequest(target);
  yield* greet(login);
  const [version, reply = SUCCEEDED] = yield { send: request, read: 2, about: 'target' };
  if (version !== VERSION) throw garbage();
  if (reply !== SUCCEEDED) {
    const text = `the proxy says: ${REPLIES[reply] ?? `error ${reply}`}`;
    throw new ProxyError(reply === COMMAND_UNKNOWN ? 'unwilling' : 'target', text);
  }
  yield* skipBoundAddress();
}

/** Up to the login: whether the proxy would take a request from us. */
export function* greet({ user, password, isOurs }: ProxyLogin): Conversation {
  const greeting = Uint8Array.of(VERSION, 2, METHOD.none, METHOD.login);
  const [version, method] = yield { send: greeting, read: 2, about: 'proxy' };
  if (version !== VERSION) throw garbage();
  if (method === METHOD.none) return;
  if (method === METHOD.refused) {
    throw new ProxyError('login-refused', 'the proxy wants another kind of login');
  }
  if (method !== METHOD.login) throw garbage();
  const [userBytes, passwordBytes] = [utf8(user), utf8(password.reveal())];
  const send = new Writer()
    .u8(LOGIN_VERSION)
    .u8(userBytes.length)
    .bytes(userBytes)
    .u8(passwordBytes.length)
    .bytes(passwordBytes)
    .finish();
  const [loginVersion, refused] = yield { send, read: 2, about: 'proxy' };
  // Some proxies answer with the version of SOCKS instead of that of the login.
  if (loginVersion !== LOGIN_VERSION && loginVersion !== VERSION) throw garbage();
  if (refused === 0) return;
  const text = isOurs ? 'the proxy wants a login' : 'the proxy refuses user and password';
  throw new ProxyError('login-refused', text);
}

/** Where the proxy connects from; of no use to us. */
function* skipBoundAddress(): Conversation {
  const more = { send: NO_BYTES, about: 'target' } as const;
  const [, type] = yield { ...more, read: 2 };
  let length: number;
  if (type === ADDRESS.ipv4) length = IPV4_BYTES;
  else if (type === ADDRESS.ipv6) length = IPV6_BYTES;
  else if (type === ADDRESS.name) [length = 0] = yield { ...more, read: 1 };
  else throw garbage();
  yield { ...more, read: length + PORT_BYTES };
}

function connectRequest({ host, port }: HostPort): Uint8Array {
  const writer = new Writer().u8(VERSION).u8(COMMAND_CONNECT).u8(RESERVED);
  const ip = parseIp(host);
  const ipv4 = ip && ipv4Part(ip);
  if (ipv4) writer.u8(ADDRESS.ipv4).bytes(ipv4);
  else if (ip) writer.u8(ADDRESS.ipv6).bytes(ip);
  else {
    const name = utf8(checkHostName(host));
    writer.u8(ADDRESS.name).u8(name.length).bytes(name);
  }
  return writer.u16(port).finish();
}

function garbage(): ProxyError {
  return new ProxyError('garbage', 'the answer is not that of a SOCKS5 proxy');
}
