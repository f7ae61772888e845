/** Randomness from the operating system only: jitter, shuffles and peer choice protect privacy, too. */
import { randomBytes as nodeRandomBytes, randomInt as nodeRandomInt } from 'node:crypto';

/** `length` random bytes. */
export function randomBytes(length: number): Uint8Array {
  return new Uint8Array(nodeRandomBytes(length));
}

/** A whole number in `min`..`max`, both included; `max - min` below 2^48. */
export function randomInt(min: number, max: number): number {
  return max <= min ? min : nodeRandomInt(min, max + 1);
}

/** A number in [0, 1) with 48 random bits. */
export function randomFraction(): number {
  return nodeRandomInt(0, 2 ** 48 - 1) / 2 ** 48;
}

/** Puts the items in random order, in place; returns the same array. */
export function shuffle<Item>(items: Item[]): Item[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(0, last);
    const moved = items[last] as Item;
    items[last] = items[other] as Item;
    items[other] = moved;
  }
  return items;
}
