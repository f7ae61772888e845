/**
 * Situations beyond the recorded ones, each with what a node of ours says and what a PyBitmessage was
 * found to say: test/vectors/wire-situations.json (`npm run interop:wire` asks a real one again).
 */
import type { ObjectFields } from '../../src/objects/object.js';
import { concatBytes } from '../../src/util/bytes.js';
import { encodeError } from '../../src/wire/error-packet.js';
import { encodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import { encodePacket } from '../../src/wire/packet.js';
import { encodeVersion, type VersionPayload } from '../../src/wire/version.js';
import { encodeVarint, Writer } from '../../src/wire/writer.js';
import { createEasyObject, type EasyObjectOptions } from './easy-objects.js';
import { testVersion } from './raw-peer.js';

/** Enough for a network of test mode. */
export const TEST_MODE = { nonceTrialsPerByte: 10, payloadLengthExtraBytes: 10 };

export interface WireSituation {
  readonly name: string;
  /** True: after a complete handshake, and a `ping` follows what is sent. False: instead of one. */
  readonly established: boolean;
  /** What is sent, in these pieces. */
  readonly send: (nowS: number) => Uint8Array[];
  /**
   * What we say to it, without the greeting of a new connection and the `pong` to the last `ping`: a
   * last `closed` when the connection ends, `silent` when that `pong` never comes.
   */
  readonly ours: readonly string[];
  /** Why PyBitmessage says something else. (An unestablished connection it ends after 20 s anyway.) */
  readonly why?: string;
}

export const HELD = 'PyBitmessage waits for a better one for 20 s';
export const UNREADABLE = 'PyBitmessage takes what is missing for empty';
export const WEDGED = 'PyBitmessage never answers on that connection again';
export const STARTS_OVER = 'PyBitmessage starts all over, the list of all objects included';
export const FATAL = 'who says fatal has given up; PyBitmessage only logs it';
export const ONLY_SAYS = 'PyBitmessage says that it closes and leaves it to the limit of 20 s';

export const NOTHING: readonly string[] = [];
export const CLOSED: readonly string[] = ['closed'];
export const WELCOME: readonly string[] = ['verack', 'version'];
export const OLD = 'error Your is using an old protocol. Closing connection.';
export const PAST = 'error Your time is too far in the past compared to mine. Closing connection.';
export const FUTURE =
  'error Your time is too far in the future compared to mine. Closing connection.';

export function version(nowS: number, changes: Partial<VersionPayload> = {}): Uint8Array {
  return encodeVersion(testVersion(nowS, changes));
}

export type Made = Omit<WireSituation, 'name' | 'established' | 'send'>;

/** Before the handshake: this `version`. */
export function hello(name: string, changes: Partial<VersionPayload>, made: Made): WireSituation {
  return {
    name,
    established: false,
    send: (nowS) => [encodePacket('version', version(nowS, changes))],
    ...made,
  };
}

export function before(
  name: string,
  send: (nowS: number) => Uint8Array | Uint8Array[],
  made: Made,
): WireSituation {
  return { name, established: false, send: (nowS) => [send(nowS)].flat(), ...made };
}

export function after(
  name: string,
  send: (nowS: number) => Uint8Array | Uint8Array[],
  made: Made,
): WireSituation {
  return { name, established: true, send: (nowS) => [send(nowS)].flat(), ...made };
}

export const MAX_U64 = (1n << 64n) - 1n;

/** An object, and then a request for it: `object` when it was accepted. */
export function object(
  name: string,
  fields: (nowS: number) => Partial<ObjectFields> & EasyObjectOptions,
  made: Made,
): WireSituation {
  return after(
    `object: ${name}`,
    (nowS) => {
      const made = createEasyObject(nowS, { difficulty: TEST_MODE, ...fields(nowS) });
      return [encodePacket('object', made.object), getdata(made.hash)];
    },
    made,
  );
}

export const ACCEPTED: Made = { ours: ['object'] };
export const DROPPED: Made = { ours: NOTHING };

export function getdata(...hashes: Uint8Array[]): Uint8Array {
  return encodePacket('getdata', encodeInventoryVectors(hashes));
}

export function addrEntry(nowS: number) {
  return { timeS: nowS - 60, stream: 1, services: 1n, host: '5.6.7.8', port: 8444 };
}

export function headerOnly(nowS: number, ...rest: Uint8Array[]): Uint8Array {
  return concatBytes(
    new Writer()
      .u64(0n)
      .u64(nowS + 600)
      .u32(2)
      .finish(),
    ...rest,
  );
}

export const HASH = new Uint8Array(32).fill(0xab);
export const NAME = Buffer.from(HASH).toString('hex').slice(0, 8);

export function repeated(): Uint8Array {
  return encodePacket('inv', concatBytes(encodeVarint(2), HASH, HASH));
}

export function errorPayload(
  fatal: number,
  text = 'x',
  inventoryVector: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return encodeError({ fatal, banTimeS: 0, inventoryVector, text });
}
