/** One known node; the store's record. */
export interface KnownNode {
  host: string;
  port: number;
  stream: number;
  services: bigint;
  /** When it was last connected or, from others, said to be; unix seconds. */
  lastSeenS: number;
  /** -1..1 */
  rating: number;
  /** Own address: never dialled. */
  self: boolean;
  /** Network group of the peer that told of it; without: nobody else did. */
  source?: string;
  /** Was an outbound peer when the book was saved: dialled first at the next start. */
  anchor?: boolean;
}
