import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../util/clock.js';
import { errorText } from '../util/errors.js';
import type { Log } from '../util/log.js';
import { WireError } from '../wire/errors.js';
import { FrameDecoder } from '../wire/frame-decoder.js';
import type { Command, ReceivedPacket } from '../wire/packet.js';
import type { VersionPayload } from '../wire/version.js';
import type { ConnectionMemory, MemoryHolder } from './connection-memory.js';
import type {
  ConnectionDeps,
  ConnectionHandler,
  ConnectionOptions,
  Traffic,
} from './connection-handler.js';
import { FaultScore, type Fault } from './fault-score.js';
import { Handshake, type HandshakeStep } from './handshake.js';
import {
  ERROR_LINGER_MS,
  HANDSHAKE_TIMEOUT_MS,
  MAX_HANDSHAKE_BYTES,
  MAX_TURN_BYTES,
} from './limits.js';
import { IdleWatch } from './idle-watch.js';
import type { HostPort } from './options.js';
import { PacketWriter } from './packet-writer.js';
import type { PeerLink } from './peer-link.js';
import { PACKET_REJECTION, RejectionCounts, type Rejection } from './rejections.js';
import type { ThrottleShare } from './throttle.js';
import { TLS_ALERT, wrapInTls } from './tls.js';

type State =
  'handshake' | 'starting-tls' | 'tls-handshake' | 'established' | 'lingering' | 'closed';

/**
 * One peer: bytes to packets and back, handshake, TLS, time limits, back-pressure. What the packets
 * of an established peer mean is the handler's business.
 */
export class Connection implements PeerLink, MemoryHolder {
  readonly id: number;
  readonly inbound: boolean;
  readonly remote: HostPort;
  readonly trusted: boolean;
  readonly openedS: number;
  /** What of this peer was not taken. */
  readonly rejections: RejectionCounts;
  readonly #handler: ConnectionHandler;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #memory: ConnectionMemory;
  readonly #raw: Duplex;
  readonly #decoder = new FrameDecoder();
  readonly #handshake: Handshake;
  readonly #faults: FaultScore;
  readonly #writer: PacketWriter;
  /** What may be read. */
  readonly #reading: ThrottleShare;
  /** The raw connection, later TLS on top of it. */
  #stream: Duplex;
  #state: State = 'handshake';
  #tls = false;
  #wasEstablished = false;
  readonly #idle: IdleWatch;
  #receivedBytes = 0;
  /** Writes of the handshake that have not reached the system yet. */
  #unsent = 0;
  #endReason: string | undefined;
  /** The handler is busy with a packet. */
  #busy = false;
  #timer: Timer | undefined;
  /** Received since others had their turn. */
  #turnBytes = 0;

  constructor(
    { id, socket, inbound, remote, trusted, dialledForMs = 0 }: ConnectionOptions,
    handler: ConnectionHandler,
    { clock, log, rejections, throttles, memory }: ConnectionDeps,
  ) {
    this.id = id;
    this.inbound = inbound;
    this.remote = remote;
    this.trusted = trusted;
    this.openedS = clock.nowS();
    this.rejections = new RejectionCounts(rejections);
    this.#handler = handler;
    this.#clock = clock;
    this.#log = log;
    this.#memory = memory;
    this.#raw = socket;
    this.#stream = socket;
    this.#writer = new PacketWriter(
      socket,
      {
        stuck: () => this.close('does not read what is sent', 'unread'),
        drained: () => {
          if (this.established) handler.drained(this);
        },
        highWaterBytes: () => memory.sendShareBytes,
      },
      { clock, throttle: throttles.upload },
    );
    this.#reading = throttles.download.share(() => this.#readOn());
    this.#faults = new FaultScore(clock);
    this.#idle = new IdleWatch(clock, {
      ping: () => this.send('ping'),
      close: () => {
        if (this.#reading.isWaiting)
          this.#idle.start(); // We did not look.
        else this.close('nothing received for too long', 'idle');
      },
    });
    this.#handshake = new Handshake({
      inbound,
      ownVersion: () => handler.ownVersion(this),
      refusal: (version) => handler.refusal(this, version),
    });
    this.#timer = clock.setTimeout(
      () => this.close('handshake took too long', 'handshake-timeout'),
      HANDSHAKE_TIMEOUT_MS - dialledForMs,
    );
    socket.on('error', (error: Error) => this.close(error.message));
    socket.on('close', () => this.close('closed by the peer'));
    this.#listen(socket);
  }

  /** To be called once, when the surroundings are ready for the handler's calls. */
  start(): void {
    this.#sendAll(this.#handshake.begin());
    this.#stream.resume();
  }

  get established(): boolean {
    return this.#state === 'established';
  }

  /** True also after the end of a connection that had been established. */
  get wasEstablished(): boolean {
    return this.#wasEstablished;
  }

  /** The peer's `version` was accepted. */
  get welcomed(): boolean {
    return this.version !== undefined && this.#state !== 'lingering' && this.#state !== 'closed';
  }

  get tls(): boolean {
    return this.#tls;
  }

  get version(): VersionPayload | undefined {
    return this.#handshake.peerVersion;
  }

  get services(): bigint {
    return this.version?.services ?? 0n;
  }

  get traffic(): Traffic {
    return { receivedBytes: this.#receivedBytes, sentBytes: this.#writer.sentBytes };
  }

  get congested(): boolean {
    return this.established ? this.#writer.checkRoom() : this.#writer.isFull;
  }

  get room(): number {
    return this.#writer.room;
  }

  /** The limit of bytes per second keeps us from reading what the peer sends. */
  get isHeldBack(): boolean {
    return this.#reading.isWaiting;
  }

  send(command: Command, payload?: Uint8Array): void {
    if (this.#state === 'established') this.#writer.send(command, payload);
  }

  fault(fault: Fault): void {
    if (this.#state !== 'established') return;
    this.#log.debug({ fault, points: this.#faults.points }, 'peer fault');
    this.reject(fault);
    if (!this.#faults.add(fault)) return;
    this.reject('too-many-faults');
    this.#end('too many faults', !this.trusted);
  }

  reject(reason: Rejection, count?: number): void {
    this.rejections.add(reason, count);
  }

  /**
   * Ends the connection now; what was not sent is lost.
   * @param rejection when it is for what the peer did
   */
  close(reason: string, rejection?: Rejection): void {
    if (rejection && this.#state !== 'closed') this.reject(rejection);
    this.#end(reason, false);
  }

  /** All connections together wait for too much. */
  giveWay(): void {
    this.close('too much is waited for', 'held-packet');
  }

  #isEnded(): boolean {
    return this.#state === 'closed';
  }

  #end(lastReason: string, banned: boolean): void {
    if (this.#state === 'closed') return;
    const reason = this.#endReason ?? lastReason;
    const gaveUpTls = this.#state === 'starting-tls' && this.inbound;
    this.#state = 'closed';
    this.#clock.clear(this.#timer);
    this.#writer.stop();
    this.#reading.close();
    this.#memory.hold(this, 0);
    this.#idle.stop();
    this.#stream.destroy();
    this.#raw.destroy();
    this.#log.debug({ reason }, 'connection closed');
    if (gaveUpTls) this.#handler.tlsUnusable(this);
    this.#handler.closed(this, reason, banned);
  }

  #listen(stream: Duplex): void {
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
  }

  readonly #onEnd = (): void => this.close('closed by the peer');

  readonly #onData = (chunk: Uint8Array): void => {
    this.#idle.received();
    this.#receivedBytes += chunk.length;
    this.#reading.spend(chunk.length);
    if (this.#state === 'closed' || this.#state === 'lingering') return;
    this.#decoder.push(chunk);
    if (this.#state === 'starting-tls') this.#startInboundTls();
    else this.#readPackets();
    const isTooMuch = this.#decoder.pendingBytes > MAX_HANDSHAKE_BYTES;
    if (this.#state === 'handshake' && isTooMuch)
      this.close('too long a handshake', 'handshake-bytes');
    if (!this.#isEnded()) this.#memory.hold(this, this.#decoder.heldBytes);
    this.#giveOthersATurn(chunk.length);
  };

  /** A quick peer's data would come in megabytes at once; in between timers and other peers are due. */
  #giveOthersATurn(receivedBytes: number): void {
    if (this.#state !== 'established') return;
    if (this.#reading.room === 0) {
      this.#stream.pause();
      this.#reading.wait();
    }
    this.#turnBytes += receivedBytes;
    if (this.#turnBytes < MAX_TURN_BYTES) return;
    this.#turnBytes = 0;
    this.#stream.pause();
    setImmediate(() => this.#readOn());
  }

  #readPackets(): void {
    while (!this.#busy && (this.#state === 'handshake' || this.#state === 'established')) {
      try {
        const packet = this.#decoder.next();
        if (!packet) return;
        this.#receive(packet);
      } catch (error) {
        this.#receiveFailed(error);
      }
    }
  }

  #receive(packet: ReceivedPacket): void {
    if (this.#state === 'handshake') {
      this.#follow(this.#handshake.receive(packet));
      return;
    }
    const pending = this.#handler.packet(this, packet);
    if (!pending) return;
    this.#busy = true;
    this.#stream.pause();
    pending
      .catch((error: unknown) => this.#receiveFailed(error))
      .finally(() => {
        this.#busy = false;
        this.#readOn();
      });
  }

  #readOn(): void {
    if (this.#state !== 'established') return;
    this.#readPackets();
    if (!this.#busy && !this.#reading.isWaiting) this.#stream.resume();
  }

  /** A payload that is only too short or too long costs points, everything else the connection. */
  #receiveFailed(error: unknown): void {
    if (!(error instanceof WireError)) {
      this.#log.error({ err: error }, 'failed to handle a packet');
      this.close('internal error');
      return;
    }
    const isHarmless = error.code === 'insufficient-data' || error.code === 'excessive-data';
    if (isHarmless && this.#state === 'established') this.fault('malformed');
    else this.close(error.message, PACKET_REJECTION[error.code]);
  }

  #follow({ send, outcome }: HandshakeStep): void {
    this.#sendAll(send);
    if (outcome.status === 'failed') this.close(outcome.reason, outcome.rejection);
    else if (outcome.status === 'refused') this.#linger(outcome.reason);
    else if (outcome.status === 'established') {
      if (outcome.tls) this.#startTls();
      else this.#establish();
    }
  }

  /** Half-closes, so that the peer can read our last words, and ends soon whatever it does. */
  #linger(reason: string): void {
    this.#state = 'lingering';
    this.#endReason = reason;
    this.#clock.clear(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.close(reason), ERROR_LINGER_MS);
    this.#stream.removeListener('end', this.#onEnd);
    this.#stream.end();
    this.#stream.resume();
  }

  /**
   * As the called side, a ClientHello is waited for before TLS begins: some peers agree to TLS and then
   * fail to make one (PyBitmessage with OpenSSL 3), which is to be told from a failure later on.
   */
  #startTls(): void {
    this.#state = 'starting-tls';
    if (!this.inbound) this.#wrap(this.#decoder.takeRest());
    else if (this.#decoder.pendingBytes > 0) this.#startInboundTls();
  }

  #startInboundTls(): void {
    const begin = this.#decoder.takeRest();
    if (begin[0] === TLS_ALERT) this.close('the peer cannot start TLS', 'tls-failed');
    else this.#wrap(begin);
  }

  /** Our last plain byte must be out before the first of TLS. */
  #wrap(begin: Uint8Array): void {
    this.#state = 'tls-handshake';
    const raw = this.#raw;
    raw.removeListener('data', this.#onData);
    raw.removeListener('end', this.#onEnd);
    raw.pause();
    if (begin.length > 0) raw.unshift(begin);
    if (this.#unsent === 0) this.#wrapNow();
  }

  #wrapNow(): void {
    try {
      const secured = wrapInTls(this.#raw, this.inbound, () => {
        if (this.#state !== 'tls-handshake') return;
        this.#tls = true;
        this.#establish();
        this.#readPackets();
      });
      secured.on('error', (error: Error) => {
        this.close(error.message, this.#tls ? undefined : 'tls-failed');
      });
      secured.on('close', () => this.close('closed by the peer'));
      this.#stream = secured;
      this.#writer.use(secured);
      this.#listen(secured);
    } catch (error) {
      this.close(`TLS: ${errorText(error)}`);
    }
  }

  #establish(): void {
    this.#state = 'established';
    this.#wasEstablished = true;
    this.#clock.clear(this.#timer);
    this.#idle.start();
    try {
      this.#handler.established(this);
    } catch (error) {
      this.#receiveFailed(error);
    }
  }

  #sendAll(packets: HandshakeStep['send']): void {
    for (const { command, payload } of packets) {
      this.#unsent++;
      this.#writer.write(command, payload, () => {
        if (--this.#unsent === 0 && this.#state === 'tls-handshake') this.#wrapNow();
      });
    }
  }
}
