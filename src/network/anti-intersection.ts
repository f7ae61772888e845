/** [tcp.py:antiIntersectionDelay]: time for a new object to reach a network of this size. */
const HOPS_BASE = 20;
/** Per hop: 0.2 s for its way and half of the longest announcement delay of 10 s. */
const MS_PER_HOP = 5_200;

/**
 * How long a peer is served nothing after it connects or asks for something that we do not have.
 * @param knownNodes size of the largest stream's node list
 * @returns milliseconds: 5,200 up to 18 nodes, 10,400 up to 398, 15,600 up to 7,998
 */
export function antiIntersectionDelayMs(knownNodes: number): number {
  // Whole numbers instead of a logarithm, which may be off by a hair at the powers.
  let hops = 0;
  for (let reached = 1; reached < knownNodes + 2; reached *= HOPS_BASE) hops++;
  return hops * MS_PER_HOP;
}
