/**
 * The seam to trial decryption: whether something encrypted is for one of many keys can only be found
 * by trying each. Requests and results are plain data, so the service can be a thread or another
 * machine. Every key is tried for every container, also after a hit: the time tells nothing about who
 * was meant.
 */

/** A private key to try, and the name under which a success is reported; one key a name and set. */
export interface TrialKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** Something that a key opened. */
export interface Opened {
  /** {@link TrialKey.id} of that key. */
  readonly id: string;
  readonly plaintext: Uint8Array;
}

export interface DecryptService {
  /**
   * Replaces the keys of the set with that name; every later {@link open} uses them. Keys outside the
   * curve's range are left out: they can open nothing.
   */
  setKeys(set: string, keys: readonly TrialKey[]): void;
  /**
   * Adds keys to the set with that name, as {@link setKeys} would with all of them, but at a cost that
   * does not grow with those that are there. A name that is there gets the new key.
   */
  addKeys(set: string, keys: readonly TrialKey[]): void;
  /**
   * Takes keys out of the set with that name, at a cost that does not grow with those that stay. Ids
   * that it does not have are no matter.
   */
  removeKeys(set: string, ids: readonly string[]): void;
  /**
   * All keys of the set that open the container (nearly always none or one); none when the set is
   * unknown or the container is malformed.
   * @param container an ECIES container; copied
   * @throws DecryptError
   */
  open(set: string, container: Uint8Array): Promise<Opened[]>;
}

export type DecryptErrorCode =
  /** Not started yet, or stopped: what was not answered has to be asked again after a restart. */
  | 'stopped'
  /** Too many unanswered requests. */
  | 'busy'
  /** The worker failed at this container; other requests go on. */
  | 'failed'
  /** The worker failed again and again and is not restarted any more. */
  | 'broken';

export class DecryptError extends Error {
  override readonly name = 'DecryptError';
  readonly code: DecryptErrorCode;

  constructor(code: DecryptErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
