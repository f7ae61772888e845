/**
 * Every option: PyBitmessage's own with its names and defaults [default.ini, helper_startup.py], then Petrel's. A new option needs a line here and nothing else.
 */
import { isIP } from 'node:net';
import { parsePeriodS } from '../../util/period.js';
import { parseAddressRange } from '../../util/address-ranges.js';
import { levelsProblem } from '../../util/log-levels.js';
import { option, type OptionSpec, type OptionType } from './option-spec.js';
import { parsePeerAddress } from './peer-address.js';

/** 0 lets the operating system choose a free port. */
const PORT = { range: [0, 65_535] } as const;
const AT_LEAST_0 = { range: [0, Number.MAX_SAFE_INTEGER] } as const;
const AT_LEAST_1 = { range: [1, Number.MAX_SAFE_INTEGER] } as const;
/** 20 million times the network's minimum [PyBitmessage: "ridiculously high difficulty"]. */
const NO_DIFFICULTY_LIMIT = '20000000000';
const UNLIMITED = { ...AT_LEAST_0, zeroMeans: Number(NO_DIFFICULTY_LIMIT) } as const;
/** Longest privacy delay that makes sense: senders repeat what is not acknowledged after days. */
const DELAY_S = { range: [0, 3600], testDefault: '0' } as const;

const isPeer = (text: string): string | undefined =>
  parsePeerAddress(text) ? undefined : 'HOST:PORT, several separated by commas';
const isAddress = (text: string): string | undefined =>
  isIP(text) ? undefined : 'IP addresses separated by blanks or commas';

const isOneAddress = (text: string): string | undefined =>
  isIP(text) ? undefined : 'an IP address';

const isNetwork = (text: string): string | undefined =>
  parseAddressRange(text) ? undefined : 'IP addresses or networks (192.0.2.0/24)';

const isPeriod = (text: string): string | undefined =>
  parsePeriodS(text) === undefined ? 'a number with m, h, d or w behind it: 12h, 1d' : undefined;

// One line per option: the table is read across.
// prettier-ignore
export const OPTIONS = {
  // ------------------------------------------------------------------ own node and its mail
  'bitmessagesettings.settingsversion': option('integer', 'used', '10', 'Version of the layout of the settings file.'),
  'bitmessagesettings.ttl': option('integer', 'used', '367200', 'Life of sent mail when the sender does not say.', { unit: 'seconds', live: true, range: [300, 2_419_200] }),
  'bitmessagesettings.stopresendingafterxdays': option('real', 'used', '', 'Stop sending unacknowledged mail again after so long, plus the months; empty: never.', { unit: 'days', live: true }),
  'bitmessagesettings.stopresendingafterxmonths': option('real', 'used', '', 'Added to stopresendingafterxdays; empty: never stop.', { unit: 'months', live: true }),
  'bitmessagesettings.defaultnoncetrialsperbyte': option('integer', 'used', '1000', 'Proof of work that new own addresses demand of senders.', { unit: 'trials per byte', live: true, ...AT_LEAST_1, testDefault: '10' }),
  'bitmessagesettings.defaultpayloadlengthextrabytes': option('integer', 'used', '1000', 'Bytes added to the length for the demanded proof of work of new own addresses.', { unit: 'bytes', live: true, ...AT_LEAST_1, testDefault: '10' }),
  'bitmessagesettings.maxacceptablenoncetrialsperbyte': option('integer', 'used', NO_DIFFICULTY_LIMIT, 'Most proof of work done for a recipient who demands it; 0: no limit.', { unit: 'trials per byte', live: true, ...UNLIMITED }),
  'bitmessagesettings.maxacceptablepayloadlengthextrabytes': option('integer', 'used', NO_DIFFICULTY_LIMIT, 'Most bytes added to the length for a recipient who demands it; 0: no limit.', { unit: 'bytes', live: true, ...UNLIMITED }),
  'bitmessagesettings.willinglysendtomobile': option('boolean', 'used', 'false', 'Send to recipients who want their address readable on the message.', { live: true }),
  'bitmessagesettings.ackstealthlevel': option('integer', 'used', '0', 'Kind of acknowledgement asked for: 0 plain, 1 looks like a message, 2 looks like a long one.', { live: true, range: [0, 2] }),
  'bitmessagesettings.digestalg': option('text', 'kept', 'sha256', 'Own signatures are always SHA-256: every node accepts it.'),
  'bitmessagesettings.numberofnullbytesonaddress': option('integer', 'used', '1', 'Leading zero bytes of new addresses: shorter addresses, longer search.', { live: true, range: [1, 4] }),
  'bitmessagesettings.blackwhitelist': option('text', 'used', 'black', 'black: refuse listed senders; white: accept listed senders only.', { live: true, choices: ['black', 'white'] }),
  'bitmessagesettings.extralowdifficulty': option('boolean', 'used', 'false', 'Test mode: a hundredth of the proof of work, no privacy delays. Not for the real network.'),
  'bitmessagesettings.maxcores': option('integer', 'used', '', 'Threads for proof of work; empty: one per core (but for one where threads have no nice value: not on Linux).', { range: [1, 1024] }),

  // ------------------------------------------------------------------ network
  'bitmessagesettings.port': option('integer', 'used', '8444', 'TCP port to listen on; 0: any free one.', PORT),
  'bitmessagesettings.dontconnect': option('boolean', 'kept', 'true', 'Ignored, as the PyBitmessage daemon does.'),
  'bitmessagesettings.sendoutgoingconnections': option('boolean', 'used', 'true', 'Connect to other nodes; false also turns dandelion off.'),
  'bitmessagesettings.maxoutboundconnections': option('integer', 'used', '8', 'Connections kept to other nodes.', { range: [1, 8], zeroMeans: 8 }),
  'bitmessagesettings.maxtotalconnections': option('integer', 'used', '200', 'Most connections in all.', AT_LEAST_1),
  'bitmessagesettings.maxbootstrapconnections': option('integer', 'used', '20', 'Most connections to nodes that only hand out addresses.', AT_LEAST_0),
  'bitmessagesettings.maxdownloadrate': option('integer', 'used', '0', 'Received from all nodes together, in units of 1,024 bytes; 0: no limit.', { unit: 'kB/s', ...AT_LEAST_0 }),
  'bitmessagesettings.maxuploadrate': option('integer', 'used', '0', 'Sent to all nodes together, in units of 1,024 bytes; 0: no limit.', { unit: 'kB/s', ...AT_LEAST_0 }),
  'bitmessagesettings.maxaddrperstreamsend': option('integer', 'used', '500', 'Node addresses told to a new peer.', { range: [0, 1000] }),
  'bitmessagesettings.trustedpeer': option('list', 'used', '', 'Connect to these nodes only (HOST:PORT, several separated by commas).', { check: isPeer }),
  'bitmessagesettings.udp': option('boolean', 'used', 'false', 'Look for nodes on the local network, and be found there.'),
  'bitmessagesettings.upnp': option('boolean', 'used', 'false', 'Ask the router to forward the port (PCP, NAT-PMP or UPnP).'),
  'bitmessagesettings.extport': option('integer', 'used', '', 'Port by which others reach this node, when it is not bitmessagesettings.port; asked of the router with upnp.', PORT),
  'network.bind': option('list', 'used', '', 'IP addresses to listen on; empty: all.', { check: isAddress }),
  'bitmessagesettings.socksproxytype': option('text', 'used', 'none', 'Proxy that every connection goes through: none, SOCKS4a or SOCKS5 (Tor).'),
  'bitmessagesettings.sockshostname': option('text', 'used', 'localhost', 'Host of the proxy.'),
  'bitmessagesettings.socksport': option('integer', 'used', '9050', 'Port of the proxy.', PORT),
  'bitmessagesettings.socksauthentication': option('boolean', 'used', 'false', 'Log in at the proxy; otherwise each connection gets a random login, and Tor a circuit for each.'),
  'bitmessagesettings.socksusername': option('text', 'used', '', 'User at the proxy.', { secret: true }),
  'bitmessagesettings.sockspassword': option('text', 'used', '', 'Password at the proxy.', { secret: true }),
  'bitmessagesettings.sockslisten': option('boolean', 'used', 'false', 'Listen on network.bind although a proxy is set.'),
  'bitmessagesettings.onionservicesonly': option('boolean', 'used', 'false', 'Connect to onion services only.'),
  'bitmessagesettings.onionhostname': option('text', 'used', '', 'Name of the own onion service, as Tor made it; announced to the network.'),
  'bitmessagesettings.onionport': option('integer', 'used', '8444', 'Port of the own onion service, as others dial it.', PORT),
  'bitmessagesettings.onionbindip': option('text', 'used', '127.0.0.1', 'Address to listen on for the own onion service (the port is bitmessagesettings.port).', { check: isOneAddress }),
  'bitmessagesettings.onionsocksproxytype': option('text', 'used', '', 'Another proxy for onion services: SOCKS4a or SOCKS5; empty: none.'),
  'network.onionsockshostname': option('text', 'used', '', 'Host of the proxy for onion services; empty: sockshostname.'),
  'network.onionsocksport': option('integer', 'used', '', 'Port of the proxy for onion services; empty: socksport.', PORT),
  'network.dandelion': option('integer', 'used', '90', 'Chance that an own object goes along the stem one more step; 0: off.', { unit: 'percent', range: [0, 100] }),
  'inventory.acceptmismatch': option('boolean', 'used', 'false', 'Keep objects of streams that this node is not part of.'),
  'knownnodes.maxnodes': option('integer', 'used', '20000', 'Node addresses remembered.', AT_LEAST_1),
  'zlib.maxsize': option('integer', 'used', '1048576', 'What a compressed message may unpack to.', { unit: 'bytes', live: true, range: [1024, 268_435_456] }),

  // ------------------------------------------------------------------ remote API
  'bitmessagesettings.apienabled': option('boolean', 'used', 'true', 'Offer the remote API.'),
  'bitmessagesettings.apiinterface': option('text', 'used', '127.0.0.1', 'Address that the API listens on.'),
  'bitmessagesettings.apiport': option('integer', 'used', '8442', 'TCP port of the API; 0: any free one.', PORT),
  'bitmessagesettings.apivariant': option('text', 'used', 'xml', 'Form of the API: json, xml, or legacy (XML-RPC with JSON inside).', { choices: ['xml', 'json', 'legacy'] }),
  'bitmessagesettings.apiusername': option('text', 'used', '', 'User of the API; made up at the first start.', { secret: true }),
  'bitmessagesettings.apipassword': option('text', 'used', '', 'Password of the API; made up at the first start.', { secret: true }),
  'bitmessagesettings.apiallowedhosts': option('list', 'used', '', 'Host names besides localhost by which clients may call the API.'),
  'bitmessagesettings.apitrustedproxies': option('list', 'used', '', 'Proxies in front of the API (IP addresses or networks) whose X-Forwarded-For, -Host and -Proto count.', { check: isNetwork }),
  'bitmessagesettings.apimaxbody': option('integer', 'used', '2097152', 'Largest request to the API.', { unit: 'bytes', range: [1_048_576, 268_435_456] }),
  'bitmessagesettings.apinotifypath': option('text', 'used', '', 'Program run with one word (startingUp, newMessage, newBroadcast) when that happens; empty: none.'),

  // ------------------------------------------------------------------ Petrel's own
  'network.offline': option('boolean', 'used', 'false', 'Dial, resolve and discover nobody but the trusted peers; still listen.'),
  'network.announcedelay': option('real', 'used', '2', 'Longest random delay before an object is announced to a peer.', { unit: 'seconds', ...DELAY_S }),
  'network.antiintersection': option('boolean', 'used', 'true', 'Wait before serving objects that a peer cannot know from us yet.', { testDefault: 'false' }),
  'network.portcheck': option('boolean', 'used', 'false', 'Dial a peer when it asks to be (portcheck): lets strangers direct own dials.'),
  'privacy.ackdelay': option('real', 'used', '30', 'Longest random delay before an acknowledgement is sent.', { unit: 'seconds', live: true, ...DELAY_S }),
  'privacy.keyanswerdelay': option('real', 'used', '30', 'Longest random delay before a key request is answered.', { unit: 'seconds', live: true, ...DELAY_S }),
  'storage.reserve': option('integer', 'used', '64', 'Kept free on the disk of the data directory for own mail: below it no objects of others are taken; 0: none.', { unit: 'MiB', range: [0, 1_048_576] }),
  'metrics.enabled': option('boolean', 'used', 'true', "Offer figures for Prometheus at the API's path /metrics: to programs on this machine without a login."),
  'decryption.workers': option('integer', 'used', '', 'Threads for trying received objects with the keys of the identities; empty: one per core, at most 4.', { range: [1, 64] }),
  'backup.directory': option('text', 'used', '', 'Directory where the node puts backups of itself (petrel backup schedule); empty: none.', { live: true }),
  'backup.every': option('text', 'used', '1d', 'Time between two of these backups: 12h, 1d, 1w.', { check: isPeriod, live: true }),
  'backup.keep': option('integer', 'used', '7', 'Backups that stay in that directory; older ones are deleted.', { range: [1, 10_000], live: true }),
  'backup.passphrasefile': option('text', 'used', '', 'File with the passphrase of these backups.', { live: true }),

  'log.level': option('text', 'used', 'warn', 'What the node writes to stderr: trace, debug, info, warn, error or silent; of a single subsystem as in info,network=debug.', { check: levelsProblem }),
  'log.addresses': option('boolean', 'used', 'false', 'Write addresses and hosts whole into the log; else lines from info up shorten them, unless the level of the subsystem is debug or trace.'),
  'log.format': option('text', 'used', '', 'Form of the log: text or json; empty: text on a terminal, else json.', { choices: ['', 'text', 'json'] }),

  // ------------------------------------------------------------------ kept for PyBitmessage
  'bitmessagesettings.opencl': option('text', 'kept', '', 'Maker of the graphics card to use for proof of work.'),
  'bitmessagesettings.daemon': option('boolean', 'kept', 'false', 'Run without windows.'),
  'bitmessagesettings.smtpd': option('boolean', 'kept', 'false', 'Take mail from mail programs.'),
  'bitmessagesettings.smtpdusername': option('text', 'kept', '', 'User for mail programs.', { secret: true }),
  'bitmessagesettings.smtpdpassword': option('text', 'kept', '', 'Password for mail programs.', { secret: true }),
  'bitmessagesettings.smtpdeliver': option('text', 'kept', '', 'Forward incoming mail to smtp://host:port?to=user@host.'),
  'bitmessagesettings.namecoinrpctype': option('text', 'kept', 'namecoind', 'Namecoin program: namecoind or nmcontrol.'),
  'bitmessagesettings.namecoinrpchost': option('text', 'kept', 'localhost', 'Host of the Namecoin program.'),
  'bitmessagesettings.namecoinrpcport': option('integer', 'kept', '8336', 'Port of the Namecoin program.', PORT),
  'bitmessagesettings.namecoinrpcuser': option('text', 'kept', '', 'User at the Namecoin program.', { secret: true }),
  'bitmessagesettings.namecoinrpcpassword': option('text', 'kept', '', 'Password at the Namecoin program.', { secret: true }),
  'bitmessagesettings.userlocale': option('text', 'kept', 'system', 'Language of the windows.'),
  'bitmessagesettings.timeformat': option('text', 'kept', '%c', 'How the windows show times.'),
  'bitmessagesettings.useidenticons': option('boolean', 'kept', 'true', 'A picture for each address.'),
  'bitmessagesettings.identiconlib': option('text', 'kept', 'qidenticon_two_x', 'Kind of these pictures.'),
  'bitmessagesettings.identiconsuffix': option('text', 'kept', '', 'Salt of these pictures.'),
  'bitmessagesettings.replybelow': option('boolean', 'kept', 'false', 'Write answers below the quoted text.'),
  'bitmessagesettings.startonlogon': option('boolean', 'kept', 'false', 'Start when the user logs in.'),
  'bitmessagesettings.minimizetotray': option('boolean', 'kept', 'false', 'Minimise to the tray.'),
  'bitmessagesettings.minimizeonclose': option('boolean', 'kept', 'false', 'Minimise instead of closing.'),
  'bitmessagesettings.trayonclose': option('boolean', 'kept', 'false', 'Close to the tray.'),
  'bitmessagesettings.startintray': option('boolean', 'kept', 'false', 'Start in the tray.'),
  'bitmessagesettings.showtraynotifications': option('boolean', 'kept', 'true', 'Show notifications in the tray.'),
  'bitmessagesettings.hidetrayconnectionnotifications': option('boolean', 'kept', 'false', 'No notifications about connections.'),
  'bitmessagesettings.windowstyle': option('text', 'kept', '', 'Style of the windows.'),
  'bitmessagesettings.font': option('text', 'kept', '', 'Font of the windows.'),
  'bitmessagesettings.keysencrypted': option('boolean', 'kept', 'false', 'Never implemented by PyBitmessage.'),
  'bitmessagesettings.messagesencrypted': option('boolean', 'kept', 'false', 'Never implemented by PyBitmessage.'),
  'threads.receive': option('integer', 'kept', '3', 'Threads that read from the network.', AT_LEAST_1),
  'inventory.storage': option('text', 'kept', 'sqlite', 'Where PyBitmessage keeps objects.', { choices: ['sqlite', 'filesystem'] }),
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof OPTIONS;

/** Names of the options of one type, so that a getter of the wrong type does not compile. */
export type NameOf<Type extends OptionType> = {
  [Name in OptionName]: (typeof OPTIONS)[Name] extends OptionSpec<Type> ? Name : never;
}[OptionName];

export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** The description of an option, without the literal types of the table. */
export function optionSpec(name: OptionName): OptionSpec {
  return OPTIONS[name];
}
