/** What the network layer needs of the objects held; the store's inventory fits. */
export interface NetworkInventory {
  has(hash: Uint8Array): boolean;
  /** Unexpired hashes of the stream that begin with this byte, in any order. */
  list(stream: number, nowS: number, firstByte: number): Uint8Array[];
  /**
   * The objects of the first of these hashes, in their order, as many as have `maxBytes` together, and
   * at least one; undefined for one that is not there.
   */
  getMany(hashes: readonly Uint8Array[], maxBytes: number): Promise<(Uint8Array | undefined)[]>;
  /** `has` is true from the call on; resolves when stored, with false when it was there already. */
  add(entry: {
    hash: Uint8Array;
    type: number;
    version: number;
    stream: number;
    expiresS: number;
    tag: Uint8Array;
    /** The whole object, nonce first. */
    object: Uint8Array;
  }): Promise<boolean>;
}
