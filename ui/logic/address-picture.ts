/**
 * A picture of an address, so that two addresses that look alike are told apart: five by five cells,
 * symmetric like a face, two hues. The same address always gives the same picture.
 */

export interface AddressPicture {
  /** Degrees of the colour circle. */
  readonly hue: number;
  readonly secondHue: number;
  /** Filled cells of a grid of 5 x 5 as an SVG path: those of the first hue. */
  readonly path: string;
  readonly secondPath: string;
}

const SIZE = 5;
const HALF = 3;

/** Two independent 32-bit hashes (multiply and xor, cyrb53's scheme) seed the generator below. */
function seedsOf(text: string): [number, number] {
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 2654435761);
    second = Math.imul(second ^ code, 1597334677);
  }
  first =
    Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
  second =
    Math.imul(second ^ (second >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  return [first >>> 0, second >>> 0];
}

/** Pictures of those seen last; a list shows the same few again and again. */
const MAX_KEPT = 1_000;
const kept = new Map<string, AddressPicture>();

/** @param address any text; an address in its usual form. */
export function pictureOf(address: string): AddressPicture {
  const known = kept.get(address);
  if (known) return known;
  if (kept.size >= MAX_KEPT) kept.clear();
  const picture = draw(address);
  kept.set(address, picture);
  return picture;
}

function draw(address: string): AddressPicture {
  let [a, b] = seedsOf(address);
  const next = (limit: number): number => {
    a ^= a << 13;
    a ^= a >>> 17;
    a ^= a << 5;
    b = Math.imul(b, 1664525) + 1013904223;
    return ((a ^ b) >>> 0) % limit;
  };
  const hue = next(360);
  const secondHue = (hue + 60 + next(240)) % 360;
  let path = '';
  let secondPath = '';
  for (let x = 0; x < HALF; x += 1) {
    for (let y = 0; y < SIZE; y += 1) {
      if (next(100) < 45) continue;
      const mirrored = SIZE - 1 - x;
      const cell = `M${x} ${y}h1v1h-1z${mirrored === x ? '' : `M${mirrored} ${y}h1v1h-1z`}`;
      if (next(100) < 35) secondPath += cell;
      else path += cell;
    }
  }
  return { hue, secondHue, path, secondPath };
}
