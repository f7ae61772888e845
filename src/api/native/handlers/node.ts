/** The node itself: network, proof of work, takeover, log-ins. */
import { minimumDifficulty } from '../../../node/node-settings.js';
import { NETWORK_MINIMUM } from '../../../objects/difficulty.js';
import type { PowProgress } from '../../../pow/solver.js';
import { UserError } from '../../../util/errors.js';
import { SOFTWARE_NAME, SOFTWARE_VERSION } from '../../../util/software.js';
import type { Handlers, NativeContext, NativeNode, Takeover } from '../context.js';
import { NativeError } from '../native-error.js';
import { SAMPLE_PERIOD_S } from '../network-history.js';
import { openRpc } from '../open-rpc.js';
import type { nodeMethods, PowJob } from '../schema/node.js';

type NodeMethod = Exclude<keyof typeof nodeMethods, `settings.${string}`>;

/** One at a time, whoever asks. */
const takeoversRunning = new WeakSet<Takeover>();

export const nodeHandlers: Handlers<NodeMethod> = {
  'node.info': async ({ node, clock, startedS }) => {
    const identities = node.identities.list();
    const chans = identities.filter(({ chan }) => chan).length;
    return {
      name: SOFTWARE_NAME,
      version: SOFTWARE_VERSION,
      startedS,
      nowS: clock.nowS(),
      testMode: minimumDifficulty(node.settings) !== NETWORK_MINIMUM,
      identities: identities.length - chans,
      chans,
      messages: (await node.store.inbox.count()) + (await node.store.sent.count()),
      lastEventId: node.events.lastId,
    };
  },
  'node.conditions': ({ node: { conditions } }) => ({
    conditions: conditions.list(),
    canStore: conditions.canStore,
  }),
  'network.status': ({ node, history }) => {
    const { network, counters } = node;
    const established = network.connections().filter((peer) => peer.established);
    const { receivedBytes, sentBytes } = network.counters;
    return {
      status: networkStatusOf(node),
      peers: established.length,
      inbound: established.filter(({ inbound }) => inbound).length,
      knownNodes: network.knownNodes,
      port: network.port,
      objects: node.store.inventory.size,
      pendingDownloads: network.pendingDownloads(),
      pendingUploads: network.pendingUploads(),
      receivedBytes,
      sentBytes,
      ...history.rates(),
      messagesProcessed: counters.messagesProcessed,
      broadcastsProcessed: counters.broadcastsProcessed,
      pubkeysProcessed: counters.pubkeysProcessed,
    };
  },
  'network.peers': ({ node }) => ({
    peers: node.network.connections().map((peer) => ({
      host: peer.host,
      port: peer.port,
      inbound: peer.inbound,
      established: peer.established,
      userAgent: peer.userAgent,
      tls: peer.tls,
      connectedS: peer.openedS,
      receivedBytes: peer.receivedBytes,
      sentBytes: peer.sentBytes,
    })),
  }),
  'network.history': ({ history }, { sinceS = 0, maxSamples }) => ({
    samples: history.samples(sinceS, maxSamples),
    periodS: SAMPLE_PERIOD_S,
  }),
  'pow.status': ({ node }, { limit }) => ({
    kernel: node.pow.kernel ?? '',
    threads: node.pow.threads,
    trialsPerSecond: node.pow.trialsPerSecond,
    jobs: node.pow.progress(limit).map(powJob),
    totalJobs: node.pow.size,
  }),
  'takeover.find': (context) => {
    const { directory, places } = takeoverOf(context).find();
    return { places, ...(directory !== undefined && { directory }) };
  },
  'takeover.inspect': (context, { directory }) =>
    exclusively(context, (takeover) => takeover.inspect(directory)),
  'takeover.start': (context, { directory }) =>
    exclusively(context, (takeover) =>
      takeover.run(directory, (what, done, total) =>
        context.node.events.emit('takeoverProgress', { what, done, total }),
      ),
    ),
  'session.makeLink': ({ sessions }) => {
    const { token, expiresS } = sessions.makeLink();
    return { path: `/#login=${token.reveal()}`, expiresS };
  },
  'session.list': ({ sessions }, _params, { sessionToken }) => ({
    sessions: sessions.list(sessionToken),
  }),
  'rpc.discover': () => openRpc(),
};

export function networkStatusOf({
  settings,
  network,
}: Pick<NativeNode, 'settings' | 'network'>): 'offline' | 'searching' | 'connected' | 'reachable' {
  switch (network.status()) {
    case 'connectedAndReceivingIncomingConnections':
      return 'reachable';
    case 'connectedButHaveNotReceivedIncomingConnections':
      return 'connected';
    default:
      return settings.boolean('network.offline') ? 'offline' : 'searching';
  }
}

function powJob({ timeLeft, ...job }: PowProgress): PowJob {
  return {
    purpose: job.purpose,
    owner: job.owner ?? '',
    running: job.running,
    trials: job.trials,
    expectedTrials: job.expectedTrials,
    elapsedMs: job.elapsedMs,
    trialsPerSecond: job.trialsPerSecond,
    ...(timeLeft && {
      meanLeftMs: timeLeft.meanMs,
      halfWithinMs: timeLeft.p50Ms,
      ninetyPercentWithinMs: timeLeft.p90Ms,
    }),
  };
}

function takeoverOf({ takeover }: NativeContext): Takeover {
  if (!takeover) throw new NativeError('not-available', 'this node takes nothing over');
  return takeover;
}

async function exclusively<Result>(
  context: NativeContext,
  work: (takeover: Takeover) => Promise<Result>,
): Promise<Result> {
  const takeover = takeoverOf(context);
  if (takeoversRunning.has(takeover)) {
    throw new NativeError('takeover-running', 'a takeover is running already');
  }
  takeoversRunning.add(takeover);
  try {
    return await work(takeover);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new NativeError('takeover-failed', error.message, { cause: error });
  } finally {
    takeoversRunning.delete(takeover);
  }
}
