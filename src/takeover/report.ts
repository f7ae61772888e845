/** What an import found, took, had already, and could not take, with the reasons. */

export interface Tally {
  found: number;
  taken: number;
  /** Were in Petrel before. */
  present: number;
}

/** How many single places are named behind a reason. */
const MAX_EXAMPLES = 3;

export class TakeoverReport {
  readonly #tallies = new Map<string, Tally>();
  readonly #problems = new Map<string, { count: number; examples: string[] }>();
  readonly #notes: string[] = [];

  tally(what: string): Tally {
    let tally = this.#tallies.get(what);
    if (!tally) this.#tallies.set(what, (tally = { found: 0, taken: 0, present: 0 }));
    return tally;
  }

  count(what: string, found: number, taken: number, present = found - taken): void {
    const tally = this.tally(what);
    tally.found += found;
    tally.taken += taken;
    tally.present += present;
  }

  /** Something that was not taken, or not as it was; equal reasons become one line. */
  problem(what: string, reason: string, example?: string): void {
    const key = `${what}: ${reason}`;
    let problem = this.#problems.get(key);
    if (!problem) this.#problems.set(key, (problem = { count: 0, examples: [] }));
    problem.count++;
    if (example !== undefined && problem.examples.length < MAX_EXAMPLES) {
      problem.examples.push(example);
    }
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  get taken(): number {
    return [...this.#tallies.values()].reduce((sum, tally) => sum + tally.taken, 0);
  }

  get problems(): string[] {
    return [...this.#problems].map(([key, { count, examples }]) => {
      const where =
        examples.length > 0
          ? ` (${examples.join(', ')}${count > examples.length ? ', …' : ''})`
          : '';
      return `${count} × ${key}${where}`;
    });
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  /** By kind, those without anything found left out. */
  get tallies(): readonly (Tally & { readonly what: string })[] {
    return [...this.#tallies]
      .filter(([, { found }]) => found > 0)
      .map(([what, tally]) => ({ what, ...tally }));
  }

  /** A line for each kind: `inbox  6 found, 6 taken`. */
  tallyLines(): string[] {
    return [...this.#tallies]
      .filter(([, tally]) => tally.found > 0)
      .map(([what, { found, taken, present }]) => {
        const rest = found - taken - present;
        const parts = [`${found} found`, `${taken} taken`];
        if (present > 0) parts.push(`${present} here already`);
        if (rest > 0) parts.push(`${rest} not taken`);
        return `  ${what.padEnd(WHAT_WIDTH)} ${parts.join(', ')}`;
      });
  }
}

const WHAT_WIDTH = 16;
