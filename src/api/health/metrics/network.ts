/** Peers, and what is exchanged with them. */
import { counter, counterBy, gauge, gaugeBy, type Metric } from '../metric.js';

export const networkMetrics = {
  petrel_peers: gaugeBy(
    'direction',
    'Established connections to other nodes, by who dialled.',
    ({ node }) => {
      const established = node.network.connections().filter((peer) => peer.established);
      const inbound = established.filter((peer) => peer.inbound).length;
      return { inbound, outbound: established.length - inbound };
    },
  ),
  petrel_peers_connecting: gauge(
    'Connections whose handshake is not complete yet.',
    ({ node }) => node.network.connections().filter((peer) => !peer.established).length,
  ),
  petrel_reachable: gauge('1 when other nodes get through to this one, else 0.', ({ node }) =>
    Number(node.network.status() === 'connectedAndReceivingIncomingConnections'),
  ),
  petrel_known_nodes: gauge(
    'Addresses of nodes that are remembered.',
    ({ node }) => node.network.knownNodes,
  ),
  petrel_network_received_bytes_total: counter(
    'Bytes received from other nodes.',
    ({ node }) => node.network.counters.receivedBytes,
  ),
  petrel_network_sent_bytes_total: counter(
    'Bytes sent to other nodes.',
    ({ node }) => node.network.counters.sentBytes,
  ),
  petrel_network_objects_received_total: counterBy(
    'outcome',
    'Objects received from other nodes, by what became of them: accepted, duplicate, or why refused.',
    ({ node }) => {
      const { accepted, duplicate, refused } = node.network.counters.objects;
      return { accepted, duplicate, ...refused };
    },
  ),
  petrel_network_objects_sent_total: counter(
    'Objects sent to other nodes.',
    ({ node }) => node.network.counters.sentObjects,
  ),
  petrel_network_rejections_total: counterBy(
    'reason',
    'What was not taken of other nodes, by the counters of docs/limits.md; those at 0 are missing.',
    ({ node }) => node.network.counters.rejections,
  ),
  petrel_sync_backlog_objects: gauge(
    'Objects that other nodes have announced and that are not here yet.',
    ({ node }) => node.network.pendingDownloads(),
  ),
  petrel_upload_backlog_objects: gauge(
    'Objects that other nodes have asked for and not got yet.',
    ({ node }) => node.network.pendingUploads(),
  ),
  petrel_clock_offset_seconds: gauge(
    "How far other nodes' clocks are ahead of this machine's: the middle one; missing without any.",
    ({ node }) => node.network.clockComparison.medianS,
  ),
  petrel_clock_witnesses: gauge(
    'Networks whose nodes told their time in the last hour. With few of them the offset says little.',
    ({ node }) => node.network.clockComparison.witnesses,
  ),
} satisfies Record<string, Metric>;
