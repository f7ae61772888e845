/**
 * Keys at which affine addition fails: in the tree of additions that the curve's kernel makes of their
 * digits, the two sides of the last addition are the same point, though they are different sums.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';

const ORDER = secp256k1.Point.Fn.ORDER;
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;
const HALF_BITS = 128;

/** a + b lambda = 0 modulo the order. */
const ZERO_PAIR = [
  0x3086d221a7d46bcde86c90e49284eb15n,
  -0xe4437ed6010e88286f547fa90abfe4c3n,
] as const;

export interface CollidingKey {
  /** The two halves, signed. */
  readonly halves: readonly [bigint, bigint];
  /** The key modulo the order. */
  readonly key: bigint;
}

/** Signed digits of `width` bits, each with what it stands for: digit * 2^(width * place). */
function terms(value: bigint, width: number): bigint[] {
  const found: bigint[] = [];
  const base = 1n << BigInt(width);
  let rest = value < 0n ? -value : value;
  for (let place = 1n; rest > 0n; place *= base) {
    let digit = rest % base;
    if (digit > base / 2n) digit -= base;
    rest = (rest - digit) / base;
    if (digit !== 0n) found.push(value < 0n ? -digit * place : digit * place);
  }
  return found;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** For digits of that width, a key at whose last addition both sides are equal; if there is one. */
export function collidingKey(width: number): CollidingKey | undefined {
  const [a, b] = ZERO_PAIR;
  const rows = [terms(a, width), terms(b, width)] as const;
  const count = rows[0].length + rows[1].length;
  const left = 2 ** (Math.ceil(Math.log2(count)) - 1);
  // Left plus right is zero on the curve; with the right side's signs turned both are equal.
  const halves = rows.map((row, half) => {
    const before = half === 0 ? 0 : rows[0].length;
    return sum(row.map((term, i) => (before + i < left ? term : -term)));
  });
  const [first = 0n, second = 0n] = halves;
  const limit = 1n << BigInt(HALF_BITS);
  if ([first, second].some((half) => half >= limit || half <= -limit)) return undefined;
  const key = (((first + second * LAMBDA) % ORDER) + ORDER) % ORDER;
  return { halves: [first, second], key };
}
