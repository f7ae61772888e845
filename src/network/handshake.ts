import { NO_BYTES } from '../util/bytes.js';
import { decodeError, encodeError, ERROR_SEVERITY } from '../wire/error-packet.js';
import { SERVICE } from '../wire/limits.js';
import type { Command, Packet } from '../wire/packet.js';
import { decodeVersion, encodeVersion, type VersionPayload } from '../wire/version.js';
import { MAX_PEER_STREAMS } from './limits.js';
import type { Rejection } from './rejections.js';

/** Clocks in `version` are rounded down to this: exact ones would tell nodes apart. */
const TIMESTAMP_STEP_S = 60;

/** The time that we tell a peer: far within the hour that it may be off. */
export function roundedTimestampS(nowS: number): number {
  return nowS - (nowS % TIMESTAMP_STEP_S);
}

export interface HandshakeRules {
  /** True when the other side dialled. */
  readonly inbound: boolean;
  /** Our `version`; asked once, when it is to be sent. */
  ownVersion(): VersionPayload;
  /** Why this peer is not welcome, as the text to tell it. */
  refusal(version: VersionPayload): string | undefined;
}

/** What to do after a packet: first send, then: */
export type HandshakeOutcome =
  /** wait for more packets, */
  | { readonly status: 'pending' }
  /** go on in plain text or with TLS, nothing more being sent before, */
  | { readonly status: 'established'; readonly tls: boolean }
  /** close, giving the peer time to read the text that was just sent, */
  | { readonly status: 'refused'; readonly reason: string }
  /** or close at once. */
  | { readonly status: 'failed'; readonly reason: string; readonly rejection: Rejection };

export interface HandshakeStep {
  readonly send: readonly { readonly command: Command; readonly payload: Uint8Array }[];
  readonly outcome: HandshakeOutcome;
}

const PENDING: HandshakeOutcome = { status: 'pending' };

/**
 * `version` and `verack` in both directions, without sockets. The order in which the peer's `version`
 * and `verack` come does not matter: PyBitmessage, notbit and others acknowledge first, bmd does not.
 * Each of them comes once. Protocol: version, verack; [bmproto.py:bm_command_version].
 */
export class Handshake {
  readonly #rules: HandshakeRules;
  #ownServices: bigint | undefined;
  #peerVersion: VersionPayload | undefined;
  #verackReceived = false;

  constructor(rules: HandshakeRules) {
    this.#rules = rules;
  }

  /** The peer's `version` once it came. */
  get peerVersion(): VersionPayload | undefined {
    return this.#peerVersion;
  }

  /** To be sent when the connection is there: the dialling side begins. */
  begin(): HandshakeStep['send'] {
    return this.#rules.inbound ? [] : [this.#createVersion()];
  }

  /** @throws WireError for a payload that cannot be read */
  receive({ command, payload }: Packet): HandshakeStep {
    if (command === 'version') return this.#receiveVersion(payload);
    if (command === 'verack') return this.#receiveVerack();
    if (command === 'error') return receiveError(payload);
    return failed('command before the handshake is complete', 'early-command');
  }

  #receiveVersion(payload: Uint8Array): HandshakeStep {
    if (this.#peerVersion) return failed('second version', 'repeated-handshake');
    const version = withFewStreams(decodeVersion(payload));
    this.#peerVersion = version;
    const text = this.#rules.refusal(version);
    if (text !== undefined) return refused(text);
    const verack = { command: 'verack', payload: NO_BYTES } as const;
    const send = this.#rules.inbound ? [verack, this.#createVersion()] : [verack];
    return { send, outcome: this.#outcome() };
  }

  #receiveVerack(): HandshakeStep {
    if (this.#ownServices === undefined)
      return failed('verack before our version', 'early-command');
    if (this.#verackReceived) return failed('second verack', 'repeated-handshake');
    this.#verackReceived = true;
    return { send: [], outcome: this.#outcome() };
  }

  /** Our own verack goes out with the peer's version, so two facts are enough. */
  #outcome(): HandshakeOutcome {
    if (!this.#peerVersion || !this.#verackReceived) return PENDING;
    const both = (this.#ownServices ?? 0n) & this.#peerVersion.services;
    return { status: 'established', tls: (both & SERVICE.tls) !== 0n };
  }

  #createVersion(): { command: 'version'; payload: Uint8Array } {
    const version = this.#rules.ownVersion();
    this.#ownServices = version.services;
    return { command: 'version', payload: encodeVersion(version) };
  }
}

function withFewStreams(version: VersionPayload): VersionPayload {
  const different = [...new Set(version.streams)].sort((one, other) => one - other);
  return { ...version, streams: different.slice(0, MAX_PEER_STREAMS) };
}

function failed(reason: string, rejection: Rejection): HandshakeStep {
  return { send: [], outcome: { status: 'failed', reason, rejection } };
}

function refused(text: string): HandshakeStep {
  const payload = encodeError({
    fatal: ERROR_SEVERITY.fatal,
    banTimeS: 0,
    inventoryVector: NO_BYTES,
    text,
  });
  return {
    send: [{ command: 'error', payload }],
    outcome: { status: 'refused', reason: text },
  };
}

function receiveError(payload: Uint8Array): HandshakeStep {
  const error = decodeError(payload);
  if (error.fatal >= ERROR_SEVERITY.fatal) {
    return failed(`refused by the peer: ${error.text}`, 'fatal-error');
  }
  return { send: [], outcome: PENDING };
}
