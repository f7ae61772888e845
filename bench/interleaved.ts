/**
 * Contestants that take turns in one run: absolute figures drift with the machine and its load, so
 * what counts is the ratio of their medians.
 */

export interface Contestant {
  readonly name: string;
  /** The contestant its figure is compared with; without one it is itself compared with. */
  readonly against?: string;
  /** The ratio that is wanted. */
  readonly wanted?: number;
  /** Microseconds for one unit of work, measured over a sample. */
  readonly sample: () => number | Promise<number>;
}

/** Microseconds of one `work`, repeated for at least so long. */
export function timed(work: () => void, sampleMs = 200): number {
  let runs = 0;
  const startMs = performance.now();
  const passedMs = (): number => performance.now() - startMs;
  do {
    work();
    runs++;
  } while (passedMs() < sampleMs);
  return (passedMs() * 1000) / runs;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Runs all in turn, `rounds` times after one that does not count, and prints a line for each. */
export async function compare(contestants: readonly Contestant[], rounds: number): Promise<void> {
  const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, sample } of contestants) {
      const value = await sample();
      if (round > 0) samples.get(name)?.push(value);
    }
  }
  const medianOf = (name: string): number => median(samples.get(name) ?? []);
  const line = (...cells: string[]): void =>
    console.log(cells.map((cell, i) => (i ? cell.padStart(11) : cell.padEnd(48))).join(''));
  line(`medians of ${rounds} turns`, 'us', 'ratio', 'wanted');
  for (const { name, against, wanted } of contestants) {
    const ratio = against === undefined ? '' : (medianOf(against) / medianOf(name)).toFixed(1);
    line(name, medianOf(name).toFixed(2), ratio, wanted === undefined ? '' : `>= ${wanted}`);
  }
}
