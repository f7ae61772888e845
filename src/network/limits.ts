/** Numbers of the network layer that are not options. Protocol limits are in wire/limits.ts. */
import { MAX_INVENTORY_VECTORS } from '../wire/limits.js';

// ------------------------------------------------------------------ one connection

/** From the start of the dial or the accept until established, absolute: a slow sender of single bytes
 * must not hold a place [connectionpool.py:loop has 20 s without any I/O]. */
export const HANDSHAKE_TIMEOUT_MS = 20_000;

/** Unread bytes of a peer before it is established. `version` has some hundred; not before then may a
 * stranger make us keep packets of the largest size. */
export const MAX_HANDSHAKE_BYTES = 65_536;

/** Different streams of a peer that are remembered, the lowest: only the first is in use, and a
 * `version` could list the same one 65,000 times. */
export const MAX_PEER_STREAMS = 8;

/** Bytes of one peer handled before other work gets its turn: about 5 ms if they are small objects. */
export const MAX_TURN_BYTES = 131_072;

/** A peer that sent nothing for so long gets a `ping` [connectionpool.py:loop]. */
export const PING_AFTER_MS = 300_000;

/** A peer that sent nothing for so long is gone: it had two pings' time. notbit, MiNode: the same. */
export const IDLE_CLOSE_MS = 600_000;

/** Between our `error` or half-close and the end of the socket, so that the text still arrives. */
export const ERROR_LINGER_MS = 2_000;

/** Above this many unsent bytes nothing more is queued for a peer [uploadthread.py:maxBufSize]. */
export const SEND_HIGH_WATER_BYTES = 2_097_152;

/**
 * A peer that lets so much pile up is closed. What is queued respects the mark above and exceeds it by
 * one batch of uploads and the announcements of the time that the peer does not read.
 */
export const SEND_LIMIT_BYTES = 8_388_608;

/** Unsent bytes of all peers together: when there are many, each gets its share as high-water mark. */
export const MAX_UNSENT_BYTES = 67_108_864;

/** ... but no less than this: the list of objects of a new peer comes in packets of 320 kB. */
export const MIN_SEND_SHARE_BYTES = 131_072;

/** Bytes that connections hold together of packets that are not complete; then the one that waits
 * longest is closed. 20 packets of the largest size. */
export const MAX_HELD_BYTES = 33_554_432;

/** Less than this of an unfinished packet is not counted for that: what one read of a socket brings. */
export const HELD_PACKET_BYTES = 65_536;

/**
 * With a limit of bytes per second: what a connection gets in one turn while others wait, as much as is
 * read from a socket at once; and how long the others wait for one that does not use its turn up.
 */
export const MAX_THROTTLE_TURN_BYTES = 65_536;
export const MAX_THROTTLE_TURN_MS = 20;

/** Time to read what is above the high-water mark, completely: 6 MB at 10 kB/s. */
export const DRAIN_TIMEOUT_MS = 600_000;

/**
 * Bytes of objects that are verified in one turn of the event loop, before the rest has to wait for
 * the next: two passes of SHA-512, so about 3 ms. The largest object is half of it.
 */
export const VERIFIED_BYTES_PER_TURN = 524_288;

/** An object costs as much as this many bytes more: header, look-ups, the proof of work itself. */
export const VERIFICATION_BASE_BYTES = 3_072;

/** Objects of one peer on their way into the store; above, its socket is not read. */
export const MAX_STORING_BYTES_PER_PEER = 4_194_304;

/** The same for all peers together [queues.py:ObjectProcessorQueue]. */
export const MAX_STORING_BYTES = 32_000_000;

// ------------------------------------------------------------------ clock

/** A peer's clock that differs by more counts against ours: 10 minutes; `version` is rounded to one. */
export const CLOCK_WARNING_S = 600;

/** Peers of so many network groups must agree that our clock is wrong, and be more than half of all. */
export const CLOCK_WITNESSES = 4;

/** Network groups whose clocks are remembered; the oldest make room. */
export const MAX_CLOCK_WITNESSES = 100;

/** ... and for how long. */
export const CLOCK_OFFSET_MS = 3_600_000;

// ------------------------------------------------------------------ faults

/** A peer whose score reaches this is closed and its IP refused for a while. */
export const FAULT_LIMIT = 100;

/** Points that a peer's score loses each minute. */
export const FAULT_DECAY_PER_MINUTE = 1;

/** How long an IP is refused after its peer reached {@link FAULT_LIMIT}. */
export const BAN_MS = 3_600_000;

/** Refused IPs remembered; the oldest make room. 10,000 take about 1 MB. */
export const MAX_BANS = 10_000;

// ------------------------------------------------------------------ downloads

/** Time for a requested object; then another peer is asked [downloadthread.py:requestTimeout]. */
export const REQUEST_TIMEOUT_MS = 60_000;

/**
 * The same for a peer that has not delivered anything yet, doubled each time up to the above:
 * PyBitmessage silently drops requests in its first 5-21 s (anti-intersection delay).
 */
export const FIRST_REQUEST_TIMEOUT_MS = 7_000;

/** Hashes per `getdata` that we send [downloadthread.py:maxRequestChunk]. */
export const MAX_GETDATA = 1_000;

/** Open requests to one peer: at first, and for one that delivers quickly. */
export const MIN_OPEN_REQUESTS = 100;
export const MAX_OPEN_REQUESTS = 1_000;

/** A window of requests answered within this time doubles the next one. */
export const WINDOW_GROWS_WITHIN_MS = 10_000;

/** Offered and missing hashes of one peer. An entry takes about 170 bytes. */
export const MAX_MISSING_PER_PEER = 200_000;

/** Missing hashes of all peers together: about 85 MB. */
export const MAX_MISSING = 500_000;

/** Peers remembered per missing hash. */
export const MAX_SOURCES = 8;

/** Requests of one hash before it is forgotten until somebody announces it again. */
export const MAX_ATTEMPTS = 10;

/** After so many time-outs in a row without any delivery the offers of a peer are ignored. */
export const MAX_EMPTY_TIMEOUTS = 10;

/** Hashes of refused objects, never requested again (as many as notbit keeps). */
export const MAX_REJECTED = 16_384;

/** Hashes of one `inv` handled before other work gets its turn: about 2 ms. */
export const INVENTORY_SLICE = 4_000;

// ------------------------------------------------------------------ uploads and announcements

/** Requested and not yet served hashes of one peer: one full `getdata`. */
export const MAX_PENDING_UPLOADS = MAX_INVENTORY_VECTORS;

/** The same of all peers together: when there are many, each has its share. About 60 MB. */
export const MAX_ALL_PENDING_UPLOADS = 500_000;

/** Objects loaded from the store at once for one peer: a round trip to its thread for all of them. */
export const UPLOAD_BATCH = 256;

/** Such a batch ends with the object that reaches this, so that large ones do not fill the memory. */
export const UPLOAD_BATCH_BYTES = 524_288;

/** The same object is served that often on one connection: a request is 8,000 times smaller. */
export const MAX_SERVES_PER_OBJECT = 3;

/** Served hashes remembered per peer for that. */
export const MAX_SERVED_MEMORY = 4_096;

/** An object counts as fresh for so long after everybody was told: the longest anti-intersection delay. */
export const FRESH_OBJECT_MS = 20_800;

/** Fresh objects remembered by hash, twice; 150 bytes each. When more come all count as fresh. */
export const MAX_FRESH_OBJECTS = 65_536;

/** Hashes per `inv` that we send [tcp.py:sendBigInv]. */
export const MAX_SENT_INVENTORY = 49_999;

/** Hashes per packet of the list that a new peer gets: about 5 ms of work, and then others' turn. */
export const BIG_INVENTORY_PACKET = 10_000;

/** Hashes waiting to be announced to one peer; the oldest are given up. */
export const MAX_PENDING_ANNOUNCEMENTS = 100_000;

// ------------------------------------------------------------------ dandelion

/** Outbound peers that carry stems [dandelion.py:MAX_STEMS]. */
export const MAX_STEMS = 2;

/** Stems are chosen anew after that time [dandelion.py:REASSIGN_INTERVAL]. */
export const STEM_EPOCH_MS = 600_000;

/** Stem objects of others at a time, in total and from one peer; more are left to fluff. */
export const MAX_STEM_OBJECTS = 20_000;
export const MAX_STEM_OBJECTS_PER_PEER = 5_000;

// ------------------------------------------------------------------ nodes

/** Entries taken from `addr` packets of one connection: one full packet. */
export const MAX_ADDR_ENTRIES_PER_PEER = 1_000;

/** Known nodes are saved that often if they changed. */
export const NODE_SAVE_INTERVAL_MS = 450_000;

/** Known nodes are cleaned that often [singleCleaner.py]. */
export const NODE_CLEAN_INTERVAL_MS = 300_000;

/** Nodes not seen for so long are forgotten [knownnodes.py:cleanupKnownNodes]. */
export const NODE_MAX_AGE_S = 2_419_200;

/** Badly rated nodes not seen for so long are forgotten. */
export const BAD_NODE_MAX_AGE_S = 10_800;

/** At or below this rating a node is badly rated. */
export const BAD_NODE_RATING = -0.5;

/** Tries to choose a node per dial [connectionchooser.py]. */
export const MAX_CHOICE_TRIES = 50;

/** UDP port of the local network, whatever the TCP port is [udp.py]. */
export const LOCAL_PORT = 8444;

/** Period of our announcements there [announcethread.py:announceInterval]. */
export const LOCAL_ANNOUNCE_MS = 60_000;

/** Largest datagram looked at; an announcement has 63 bytes. */
export const MAX_DATAGRAM_BYTES = 1_500;

/** Datagrams looked at, of one host and of all, within {@link LOCAL_RATE_MS}; hosts counted. */
export const MAX_LOCAL_DATAGRAMS_PER_HOST = 6;
export const MAX_LOCAL_DATAGRAMS = 300;
export const LOCAL_RATE_MS = 60_000;
export const MAX_LOCAL_SENDERS = 1_000;

/** Nodes of the local network remembered, and for how long [singleCleaner.py]. */
export const MAX_LOCAL_PEERS = 100;
export const LOCAL_PEER_MS = 300_000;

/** UDP port of routers for PCP and NAT-PMP [RFC 6887, 6886]. */
export const ROUTER_PORT = 5351;

/** Routers tried; a machine has one, rarely two. */
export const MAX_ROUTERS = 2;

/** A router is asked so often, the first time waiting so long, then twice as long: 8 s together. */
export const ROUTER_ASKS = 5;
export const ROUTER_ASK_MS = 250;

/** Answers to a UPnP search are waited for so long, and so many descriptions fetched. */
export const SSDP_WAIT_MS = 3_000;
export const MAX_UPNP_ROUTERS = 4;

/** Largest description or answer of a UPnP router; real ones have some 10 kB. */
export const MAX_ROUTER_PAGE_BYTES = 262_144;

/** Outer ports asked for of a UPnP router, one after the other, while they are taken. */
export const MAX_UPNP_PORT_TRIES = 10;

/** Time for one protocol to forward the port, and to take it back when the node stops. */
export const MAPPING_TIMEOUT_MS = 20_000;
export const UNMAPPING_TIMEOUT_MS = 3_000;

/** A forwarded port is asked for, for so long, and renewed after half of what is granted. */
export const MAPPING_LIFETIME_S = 3_600;
export const MIN_MAPPING_LIFETIME_S = 120;

/** Until a router that refused is asked again. */
export const MAPPING_RETRY_MS = 600_000;

/** Outbound peers kept as anchors. Few: whoever has come to be one gets a place at each start. */
export const MAX_ANCHORS = 3;

/** Time for all look-ups of a bootstrap together. */
export const DNS_TIMEOUT_MS = 10_000;

/** Addresses taken of one bootstrap name, so that its server cannot fill the book. */
export const MAX_BOOTSTRAP_ADDRESSES = 32;

/** Nodes of an earlier run put into the book before other work gets its turn: about 10 ms. */
export const NODE_LOAD_SLICE = 1_000;

/** Nodes per bucket of the book [Bitcoin's addrman: 64]. */
export const NODE_BUCKET_SLOTS = 64;

/** Slots of a bucket that one node may have. */
export const NODE_SLOT_TRIES = 4;

/** Part of the book for nodes that we have been connected to: a quarter. */
export const TRIED_NODES_SHARE = 4;

/** Part of the buckets of new nodes that one network group of peers reaches by what it tells: a
 * sixteenth, 960 of 15,000 nodes. */
export const NEW_BUCKET_SHARE = 16;

/** Part of the buckets of tried nodes that the nodes of one network group reach: a 32nd. */
export const TRIED_BUCKET_SHARE = 32;

/** A well rated node has its place in the book until it was not seen for so long and another, well
 * rated one that was wants it. */
export const STALE_NODE_S = 604_800;

// ------------------------------------------------------------------ pool

/** Period of new dials and of the checks that follow no event [connectionpool.py:_spawnWait]. */
export const POOL_TICK_MS = 2_000;

/** Dials at a time for each missing outbound connection. */
export const DIALS_PER_MISSING = 4;

/** Accepted sockets above the limits get no byte at all; this many above still get their error. */
export const ACCEPT_HEADROOM = 10;

/** Connections accepted from one IP within {@link ACCEPT_PERIOD_MS}: each new one gets our whole
 * inventory list. A proxy's address is exempt. */
export const MAX_ACCEPTS_PER_HOST = 20;
export const ACCEPT_PERIOD_MS = 600_000;

/** IPs counted for that; the oldest make room. */
export const MAX_ACCEPT_MEMORY = 10_000;

/** Not yet established connections from one IP. */
export const MAX_HALF_OPEN_PER_HOST = 4;

/** After a failed dial an address waits so long, doubled each time up to the second. */
export const DIAL_BACKOFF_MS = 60_000;
export const MAX_DIAL_BACKOFF_MS = 3_600_000;

/** Addresses with a failed dial remembered. */
export const MAX_BACKOFF_MEMORY = 10_000;

/** Waiting before the next dial of a trusted peer after 1, 2, 3 … failures: two nodes that start one
 * after the other find each other soon. The last one stays. */
export const TRUSTED_REDIAL_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000] as const;

/** Through a proxy: until it has been asked for the target, and for everything. Tor builds a circuit
 * first; an onion service takes half a minute now and then. */
export const PROXY_ANSWER_MS = 10_000;
export const PROXY_DIAL_MS = 60_000;

/** Connections being opened through a proxy at a time: each makes Tor build a circuit.
 * [helper_startup.py:adjustHalfOpenConnectionsLimit has 4, of 20 s each] */
export const MAX_PROXY_DIALS = 8;

/** A proxy that failed 1, 2, 3 … times is left alone for so long. The last one stays. */
export const PROXY_REST_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000] as const;

/** Targets in a row that could not be reached through a proxy, before the log tells of it. */
export const UNREACHED_BEFORE_WARNING = 10;

/** Random ports tried when the wanted one is taken [tcp.py:TCPServer]. */
export const MAX_PORT_TRIES = 50;
export const RANDOM_PORT_MIN = 32_767;
export const RANDOM_PORT_MAX = 65_535;

/** How long "receiving incoming connections" stays true without one. */
export const INBOUND_SEEN_MS = 3_600_000;

/** Inbound IPs whose TLS failed before any ClientHello get no NODE_SSL for so long. */
export const PLAIN_ONLY_MS = 86_400_000;
export const MAX_PLAIN_ONLY_HOSTS = 10_000;

/** Network groups of outbound peers that have to see us at an address before we believe it. */
export const OWN_ADDRESS_WITNESSES = 3;

/** Addresses that peers see us at, remembered, and for how long. */
export const MAX_SEEN_AS = 64;
export const OWN_ADDRESS_MS = 86_400_000;

/** Time for a bootstrap node to send its addresses. */
export const BOOTSTRAP_TIMEOUT_MS = 60_000;

/** Own addresses remembered, so that they are not dialled again. */
export const MAX_OWN_ADDRESSES = 1_000;

/** Addresses waiting to be dialled because of `portcheck` (off by default). */
export const MAX_PORT_CHECKS = 10;

/** Bytes of an IPv6 address that count as one host: whoever has one such address has all of a /64. */
export const IPV6_HOST_BYTES = 8;
