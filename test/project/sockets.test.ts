/** Who in the network and node layers may open sockets or ask for names: with a proxy it counts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sourceFiles } from '../support/source-files.js';

/** Why each of these may. A new one has to heed `NetworkOptions.proxied`. */
const MAY: Readonly<Record<string, string>> = {
  'src/network/dial.ts': 'dials directly; used where routeOf says so',
  'src/network/proxy/proxy-socket.ts': 'connects to the proxy',
  'src/network/tls.ts': 'tries on loopback whether TLS works',
  'src/network/dns-bootstrap.ts': 'asked only if discoveryPolicy allows look-ups',
  'src/network/local-discovery.ts': 'only if discoveryPolicy allows the local network',
  'src/network/port-mapping/router-page.ts': 'only if discoveryPolicy allows port mapping',
  'src/network/port-mapping/ssdp.ts': 'only if discoveryPolicy allows port mapping',
  'src/network/port-mapping/udp-question.ts': 'only if discoveryPolicy allows port mapping',
  'src/node/proxy-hosts.ts': 'looks up the name of the proxy itself',
};

const OPENING =
  /\b(connect|createConnection|createSocket|request|get|Resolver|lookup|resolve\w*)\b/;
const IMPORT =
  /^import\s+(?!type\b)([^;]*?)\s+from\s+'node:(net|tls|dgram|dns|dns\/promises|http|https|http2)'/gm;

it('only files with a reason open sockets or ask for names', () => {
  const sources = ['src/network', 'src/node'].flatMap((folder) => sourceFiles(folder, ['.ts']));
  const opening = sources
    .filter(({ text }) =>
      [...text.matchAll(IMPORT)].some(([, names = '']) => {
        return OPENING.test(names) || !names.startsWith('{'); // A whole module: who knows.
      }),
    )
    .map(({ path }) => path);
  assert.deepEqual(opening.sort(), Object.keys(MAY).sort());
});

it('nobody dials directly but who has asked for the route', () => {
  const users = sourceFiles('src', ['.ts']).filter(({ text }) =>
    /import[^;]*\bcreateDirectDialer\b/.test(text),
  );
  assert.deepEqual(
    users.map(({ path }) => path),
    ['src/network/proxy/proxy-dialer.ts'],
  );
});
