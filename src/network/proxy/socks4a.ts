/** SOCKS version 4a, the client's side: names are resolved by the proxy, the login is a user only. */
import { utf8 } from '../../util/bytes.js';
import { parseIp, ipv4Part } from '../../wire/ip.js';
import { Writer } from '../../wire/writer.js';
import type { HostPort } from '../options.js';
import { checkHostName, type Conversation, type ProxyLogin } from './conversation.js';
import { ProxyError } from './proxy-error.js';

const VERSION = 4;
const COMMAND_CONNECT = 1;
const END_OF_TEXT = 0;
/** Instead of an address: the name follows. */
const NAME_FOLLOWS = Uint8Array.of(0, 0, 0, 1);
const REPLY_VERSION = 0;
const REPLY_BYTES = 8;
const REPLY = { granted: 0x5a, rejected: 0x5b, noIdent: 0x5c, wrongIdent: 0x5d } as const;

/** IPv6 has no form of its own: the address goes as a name, and not every proxy takes it. */
export function* socks4a(target: HostPort, login: ProxyLogin): Conversation {
  const send = connectRequest(target, login);
  const [version, reply] = yield { send, read: REPLY_BYTES, about: 'target' };
  if (version !== REPLY_VERSION) throw garbage();
  switch (reply) {
    case REPLY.granted:
      return;
    case REPLY.rejected:
      throw new ProxyError('target', 'the proxy says: rejected or failed');
    case REPLY.noIdent:
    case REPLY.wrongIdent:
      throw new ProxyError('login-refused', 'the proxy refuses the user');
    default:
      throw garbage();
  }
}

function connectRequest({ host, port }: HostPort, { user }: ProxyLogin): Uint8Array {
  const ip = parseIp(host);
  const ipv4 = ip && ipv4Part(ip);
  const writer = new Writer()
    .u8(VERSION)
    .u8(COMMAND_CONNECT)
    .u16(port)
    .bytes(ipv4 ?? NAME_FOLLOWS)
    .bytes(utf8(user))
    .u8(END_OF_TEXT);
  if (!ipv4) writer.bytes(utf8(checkHostName(host))).u8(END_OF_TEXT);
  return writer.finish();
}

function garbage(): ProxyError {
  return new ProxyError('garbage', 'the answer is not that of a SOCKS4a proxy');
}
