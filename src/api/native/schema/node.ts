/** The node itself: settings, network, proof of work, takeover, session. */
import { z } from 'zod';
import { CONDITION_CODES, type ConditionCode } from '../../../node/health/conditions.js';
import { method } from './method.js';
import { noParams, timeS } from './scalars.js';

export const setting = z
  .object({
    /** As bitmessagesettings.ttl. */
    name: z.string(),
    type: z.enum(['text', 'integer', 'real', 'boolean', 'list']),
    /** As text, the way settings.ini has it; '' for secrets. */
    value: z.string(),
    defaultValue: z.string(),
    explanation: z.string().describe('one line, English'),
    origin: z.enum(['option', 'environment', 'file', 'default']),
    secret: z.boolean(),
    unit: z.string().optional().describe('what a number counts: seconds, bytes'),
    min: z.number().optional(),
    max: z.number().optional(),
    choices: z.array(z.string()).optional(),
    /** False: can be changed in settings.ini or at the start only. */
    editable: z.boolean(),
    /** True: a change counts from the next start. */
    needsRestart: z.boolean(),
  })
  .meta({ id: 'Setting' });
export type Setting = z.infer<typeof setting>;

export const condition = z
  .object({
    code: z.enum(CONDITION_CODES as [ConditionCode, ...ConditionCode[]]),
    sinceS: timeS,
    text: z.string().describe('English: what was seen'),
    remedy: z.string().describe('English: what to do about it'),
  })
  .meta({ id: 'Condition' });

export const networkStatus = z.enum(['offline', 'searching', 'connected', 'reachable']);

export const networkSample = z
  .object({
    atS: timeS,
    objects: z.int(),
    peers: z.int(),
    receivedBytes: z.number().describe('since the start'),
    sentBytes: z.number().describe('since the start'),
    pendingDownloads: z.int(),
  })
  .meta({ id: 'NetworkSample' });
export type NetworkSample = z.infer<typeof networkSample>;

export const peer = z
  .object({
    host: z.string(),
    port: z.int(),
    inbound: z.boolean(),
    established: z.boolean(),
    userAgent: z.string(),
    tls: z.boolean(),
    receivedBytes: z.number(),
    sentBytes: z.number(),
    connectedS: timeS.describe('when the connection was opened'),
  })
  .meta({ id: 'Peer' });
export type Peer = z.infer<typeof peer>;

export const powJob = z
  .object({
    purpose: z.string().describe('message, broadcast, acknowledgement, key request, key answer'),
    /** The own address it is for; ''. */
    owner: z.string(),
    running: z.boolean(),
    trials: z.number(),
    expectedTrials: z.number(),
    elapsedMs: z.number(),
    trialsPerSecond: z.number(),
    meanLeftMs: z.number().optional(),
    halfWithinMs: z.number().optional(),
    ninetyPercentWithinMs: z.number().optional(),
  })
  .meta({ id: 'PowJob' });
export type PowJob = z.infer<typeof powJob>;

const tally = z.object({ what: z.string(), found: z.int(), taken: z.int(), present: z.int() });
const takeoverReport = z
  .object({
    tallies: z.array(tally),
    problems: z.array(z.string()),
    notes: z.array(z.string()),
  })
  .meta({ id: 'TakeoverReport' });
export type TakeoverReport = z.infer<typeof takeoverReport>;

const sourceDir = z
  .string()
  .min(1)
  .max(4_096)
  .describe('data directory of a PyBitmessage, absolute');

export const nodeMethods = {
  'node.info': method(
    'Software, and what a page has to know at its first view.',
    noParams,
    z.object({
      name: z.string(),
      version: z.string(),
      startedS: timeS,
      nowS: timeS,
      testMode: z.boolean(),
      /** Own addresses that are no chans; 0 begins the first-run guide. */
      identities: z.int(),
      chans: z.int(),
      messages: z.int(),
      /** Where /events begins: what happens later has a higher id. */
      lastEventId: z.int(),
    }),
  ),
  'node.conditions': method(
    'What is wrong at the moment with disk, clock, network or open files; empty when all is well.',
    noParams,
    z.object({
      conditions: z.array(condition).describe('the oldest first'),
      canStore: z.boolean().describe('false: what changes or sends mail is refused'),
    }),
  ),
  'settings.list': method(
    'All settings with their meaning.',
    noParams,
    z.object({ settings: z.array(setting) }),
  ),
  'settings.set': method(
    'Changes settings, all or none; values as text.',
    z.strictObject({
      values: z.record(z.string().max(100), z.string().max(10_000)),
    }),
    z.object({
      needsRestart: z.array(z.string()).describe('those that count from the next start'),
    }),
    ['invalid-value', 'fixed-setting', 'not-found'],
  ),
  'network.status': method(
    'How the node stands in the network.',
    noParams,
    z.object({
      status: networkStatus,
      peers: z.int().describe('established'),
      inbound: z.int(),
      knownNodes: z.int(),
      port: z.int(),
      objects: z.int().describe('in the inventory'),
      pendingDownloads: z.int(),
      pendingUploads: z.int(),
      receivedBytes: z.number().describe('since the start'),
      sentBytes: z.number().describe('since the start'),
      receivedBytesPerSecond: z.number(),
      sentBytesPerSecond: z.number(),
      messagesProcessed: z.int(),
      broadcastsProcessed: z.int(),
      pubkeysProcessed: z.int(),
    }),
  ),
  'network.peers': method(
    'The peers, those in handshake included.',
    noParams,
    z.object({ peers: z.array(peer) }),
  ),
  'network.history': method(
    'Samples of the last hours for a plot, oldest first; since the start of the node at most.',
    z.strictObject({
      sinceS: timeS.optional(),
      maxSamples: z.int().min(2).max(2_880).default(500).describe('evenly chosen'),
    }),
    z.object({ samples: z.array(networkSample), periodS: z.int() }),
  ),
  'pow.status': method(
    'Proof of work: how fast, on what, and what waits for it.',
    z.strictObject({ limit: z.int().min(0).max(1_000).default(100) }),
    z.object({
      kernel: z.string(),
      threads: z.int().describe('that exist at the moment'),
      /** As last seen; 0 while none was seen. */
      trialsPerSecond: z.number(),
      jobs: z.array(powJob).describe('the one that runs, then those that wait'),
      totalJobs: z.int(),
    }),
  ),
  'takeover.find': method(
    'Whether a PyBitmessage is in one of its usual places on this machine.',
    noParams,
    z.object({ directory: z.string().optional(), places: z.array(z.string()) }),
    ['not-available'],
  ),
  'takeover.inspect': method(
    'What a takeover would find there; changes nothing.',
    z.strictObject({ directory: sourceDir }),
    takeoverReport,
    ['takeover-failed', 'takeover-running', 'not-available'],
  ),
  'takeover.start': method(
    'Takes identities, mail, lists and settings over and answers when it is through; progress comes ' +
      'as events. What is here stays, what is there is not changed; a second run adds what is new.',
    z.strictObject({ directory: sourceDir }),
    takeoverReport,
    ['takeover-failed', 'takeover-running', 'not-available'],
  ),
  'session.makeLink': method(
    'A link that logs in once, within ten minutes.',
    noParams,
    z.object({
      path: z.string().describe('as /#login=…, after the address of the API'),
      expiresS: timeS,
    }),
  ),
  'session.list': method(
    'Log-ins that have not ended.',
    noParams,
    z.object({
      sessions: z.array(
        z.object({ createdS: timeS, lastUsedS: timeS, expiresS: timeS, current: z.boolean() }),
      ),
    }),
  ),
  'rpc.discover': method(
    'This API as an OpenRPC document.',
    noParams,
    z.record(z.string(), z.unknown()).describe('OpenRPC 1.3'),
  ),
};
