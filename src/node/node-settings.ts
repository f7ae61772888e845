/** What the parts of the node make of the settings file. */
import { availableParallelism } from 'node:os';
import type { NetworkOptions } from '../network/options.js';
import { NETWORK_MINIMUM, TEST_MINIMUM, type Difficulty } from '../objects/difficulty.js';
import type { MailSettings } from './mail-settings.js';
import { defaultWorkers } from '../pow/pool-options.js';
import { parsePeerAddress, type PeerAddress } from './settings/peer-address.js';
import { readProxySettings } from './settings/proxy-settings.js';
import type { Settings } from './settings/settings.js';

const DAY_S = 86_400;
/** A twelfth of 365 days. [singleCleaner.py] */
const MONTH_S = 2_628_000;

const MS_PER_S = 1_000;
/** What PyBitmessage means by kB/s. [asyncore_pollchoose.py:set_rates] */
const BYTES_PER_KB = 1_024;
const BYTES_PER_MIB = 1_048_576;

/** The network's minimum: in test mode a hundredth. */
export function minimumDifficulty(settings: Settings): Difficulty {
  const isTest = settings.boolean('bitmessagesettings.extralowdifficulty');
  return isTest ? TEST_MINIMUM : NETWORK_MINIMUM;
}

/** A live view: what the user changes counts from the next message on. */
export function mailSettings(settings: Settings): MailSettings {
  const { ownOnion } = readProxySettings(settings);
  return {
    streams: [1],
    ownOnion,
    get minimumDifficulty() {
      return minimumDifficulty(settings);
    },
    get newIdentityDifficulty() {
      return {
        nonceTrialsPerByte: settings.integer('bitmessagesettings.defaultnoncetrialsperbyte'),
        payloadLengthExtraBytes: settings.integer(
          'bitmessagesettings.defaultpayloadlengthextrabytes',
        ),
      };
    },
    get maxAcceptableDifficulty() {
      return {
        nonceTrialsPerByte: settings.integer('bitmessagesettings.maxacceptablenoncetrialsperbyte'),
        payloadLengthExtraBytes: settings.integer(
          'bitmessagesettings.maxacceptablepayloadlengthextrabytes',
        ),
      };
    },
    get listMode() {
      return settings.text('bitmessagesettings.blackwhitelist') === 'black' ? 'black' : 'white';
    },
    get ackStealthLevel() {
      return settings.integer('bitmessagesettings.ackstealthlevel');
    },
    get willinglySendToMobile() {
      return settings.boolean('bitmessagesettings.willinglysendtomobile');
    },
    get stopResendingAfterS() {
      return stopResendingAfterS(settings);
    },
    get defaultTtlS() {
      return settings.integer('bitmessagesettings.ttl');
    },
    get ackDelayS() {
      return settings.real('privacy.ackdelay');
    },
    get keyAnswerDelayS() {
      return settings.real('privacy.keyanswerdelay');
    },
    get leadingZeroBytes() {
      return settings.integer('bitmessagesettings.numberofnullbytesonaddress');
    },
    get maxInflatedBytes() {
      return settings.integer('zlib.maxsize');
    },
  };
}

/** Unless both values are there, nothing ever stops. [singleCleaner.py] */
function stopResendingAfterS(settings: Settings): number | undefined {
  const days = settings.optionalNumber('bitmessagesettings.stopresendingafterxdays');
  const months = settings.optionalNumber('bitmessagesettings.stopresendingafterxmonths');
  if (days === undefined || months === undefined) return undefined;
  return days * DAY_S + months * MONTH_S;
}

/** Read once: changes count at the next start. */
export function networkOptions(settings: Settings): Partial<NetworkOptions> {
  const { routes, proxied, bindHosts, ownOnion } = readProxySettings(settings);
  return {
    port: settings.integer('bitmessagesettings.port'),
    // Tor is told the port, too: it cannot follow one that moves.
    portFixed: ownOnion !== undefined || settings.isFixed('bitmessagesettings.port'),
    ...(bindHosts && { bindHosts, listen: bindHosts.length > 0 }),
    ...(ownOnion && { ownOnion }),
    trustedPeers: trustedPeers(settings),
    offline: settings.boolean('network.offline'),
    proxied,
    proxies: routes,
    sendOutgoing: settings.boolean('bitmessagesettings.sendoutgoingconnections'),
    dandelionPercent: settings.integer('network.dandelion'),
    minimumDifficulty: minimumDifficulty(settings),
    maxOutbound: settings.integer('bitmessagesettings.maxoutboundconnections'),
    maxTotal: settings.integer('bitmessagesettings.maxtotalconnections'),
    maxBootstrap: settings.integer('bitmessagesettings.maxbootstrapconnections'),
    maxDownloadBytesPerS: settings.integer('bitmessagesettings.maxdownloadrate') * BYTES_PER_KB,
    maxUploadBytesPerS: settings.integer('bitmessagesettings.maxuploadrate') * BYTES_PER_KB,
    maxAddrPerStreamSend: settings.integer('bitmessagesettings.maxaddrperstreamsend'),
    maxNodes: settings.integer('knownnodes.maxnodes'),
    announceDelayMs: settings.real('network.announcedelay') * MS_PER_S,
    antiIntersection: settings.boolean('network.antiintersection'),
    udp: settings.boolean('bitmessagesettings.udp'),
    upnp: settings.boolean('bitmessagesettings.upnp'),
    extPort: settings.optionalNumber('bitmessagesettings.extport') ?? 0,
    portCheck: settings.boolean('network.portcheck'),
    acceptMismatch: settings.boolean('inventory.acceptmismatch'),
  };
}

function trustedPeers(settings: Settings): PeerAddress[] {
  return settings
    .list('bitmessagesettings.trustedpeer')
    .map(parsePeerAddress)
    .filter((peer) => peer !== undefined);
}

/** Whether the node looks for peers, or waits for those who dial it. */
export function dialsSomebody(settings: Settings): boolean {
  if (!settings.boolean('bitmessagesettings.sendoutgoingconnections')) return false;
  return trustedPeers(settings).length > 0 || !settings.boolean('network.offline');
}

/** Free bytes on the disk below which no objects of others are taken; 0: no reserve. */
export function reserveBytes(settings: Settings): number {
  return settings.integer('storage.reserve') * BYTES_PER_MIB;
}

/** Threads for proof of work. */
export function powWorkers(settings: Settings): number {
  return settings.optionalNumber('bitmessagesettings.maxcores') ?? defaultWorkers();
}

/** Threads for trial decryption when nobody says how many, at most: each holds all keys. */
const MAX_DEFAULT_DECRYPT_WORKERS = 4;

/** Threads for trial decryption. */
export function decryptWorkers(settings: Settings, cores = availableParallelism()): number {
  const wanted = settings.optionalNumber('decryption.workers');
  return wanted ?? Math.min(cores, MAX_DEFAULT_DECRYPT_WORKERS);
}
