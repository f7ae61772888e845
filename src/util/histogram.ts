/**
 * How often values fell into which range: plain numbers, so that counting costs next to nothing and
 * nobody has to ask before the values are wanted.
 */
export class Histogram {
  /** Upper ends of the ranges, both the numbers and their order as given; one without end follows. */
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** @param bounds in rising order */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  add(value: number): void {
    this.#sum += value;
    this.#count += 1;
    const { bounds } = this;
    let range = 0;
    while (range < bounds.length && value > (bounds[range] as number)) range++;
    if (range < bounds.length) this.#counts[range] = (this.#counts[range] ?? 0) + 1;
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** For each bound, how many values were at most that: never falling, at most {@link count}. */
  cumulative(): number[] {
    let sum = 0;
    return this.#counts.map((count) => (sum += count));
  }
}
