/** What `npm run bench` runs, and which figures of each go into its table. */

/** A figure in what a benchmark prints: the groups of its pattern. */
export interface Figure {
  readonly what: string;
  readonly petrel: RegExp;
  /** PyBitmessage's, measured in the same run; absent where it has nothing like it. */
  readonly reference?: RegExp;
  /** PyBitmessage's as docs/performance.md has it. */
  readonly recorded?: string;
  readonly unit: string;
}

export interface Benchmark {
  /** Of `bench/NAME.ts`. */
  readonly name: string;
  /** Arguments of a small sample; absent: left out of a quick run. */
  readonly quick?: readonly string[];
  /** It is ended after so many seconds. */
  readonly limitS: number;
  readonly figures: readonly Figure[];
}

const MINUTE_S = 60;

const apiCalls = (method: string, recorded: string): Figure => ({
  what: `${method}, connection kept`,
  petrel: new RegExp(`^${method} +Petrel\\S* .*?(\\d+)/s`, 'm'),
  reference: new RegExp(`^${method} +PyBitmessage.*?(\\d+)/s`, 'm'),
  recorded,
  unit: 'calls/s',
});

const delivery = (kind: string, recorded: string): Figure => ({
  what: `to the inbox, key ${kind}`,
  petrel: new RegExp(`^Petrel +key ${kind} +inbox (\\S+) s`, 'm'),
  reference: new RegExp(`^PyBitmessage +key ${kind} +inbox (\\S+) s`, 'm'),
  recorded,
  unit: 's',
});

const pulled = (what: string): Figure => ({
  what: `${what} objects from a peer`,
  petrel: new RegExp(`^${what}: Petrel (\\d+) objects/s`, 'm'),
  reference: new RegExp(`^${what}: PyBitmessage (\\d+) objects/s`, 'm'),
  unit: 'objects/s',
});

export const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'pow',
    quick: ['0.1'],
    limitS: 10 * MINUTE_S,
    figures: [
      {
        what: 'proof of work, one thread',
        petrel: /^simd, 1 thread +(\S+)/m,
        reference: /^PyBitmessage's C\+\+, 1 thread +(\S+)/m,
        unit: 'M/s',
      },
      {
        what: 'proof of work, all threads',
        petrel: /^simd, pool of .*? workers +(\S+)/m,
        unit: 'M/s',
      },
    ],
  },
  {
    name: 'decrypt',
    quick: ['1'],
    limitS: 10 * MINUTE_S,
    figures: [
      {
        what: 'trial decryption, one of 100 identities',
        petrel: /^100 identities +(\S+)/m,
        reference: /^PyBitmessage: a miss +(\S+)/m,
        unit: 'µs',
      },
      {
        what: 'sign',
        petrel: /^sign +(\S+)/m,
        reference: /^PyBitmessage: sign +(\S+)/m,
        unit: 'µs',
      },
      {
        what: 'verify',
        petrel: /^verify +(\S+)/m,
        reference: /^PyBitmessage: verify +(\S+)/m,
        unit: 'µs',
      },
    ],
  },
  {
    name: 'addresses',
    quick: ['1'],
    limitS: 10 * MINUTE_S,
    figures: [{ what: 'a random address', petrel: /^random +(\S+) s/m, unit: 's' }],
  },
  {
    name: 'delivery',
    quick: [],
    limitS: 20 * MINUTE_S,
    figures: [delivery('unknown', '29.2'), delivery('known', '7.3')],
  },
  {
    name: 'api',
    quick: [],
    limitS: 15 * MINUTE_S,
    figures: [apiCalls('helloWorld', '7627'), apiCalls('listAddresses', '114')],
  },
  { name: 'sync', limitS: 60 * MINUTE_S, figures: ['small', 'large', 'many'].map(pulled) },
  {
    name: 'idle',
    quick: [],
    limitS: 15 * MINUTE_S,
    figures: [{ what: 'idle connections', petrel: /: (\S+ % of a core)/, unit: '' }],
  },
  { name: 'ingest', limitS: 60 * MINUTE_S, figures: [] },
  { name: 'identities', limitS: 60 * MINUTE_S, figures: [] },
  { name: 'verification', limitS: 15 * MINUTE_S, figures: [] },
  { name: 'full-difficulty', limitS: 120 * MINUTE_S, figures: [] },
  { name: 'mailbox', quick: ['5000'], limitS: 30 * MINUTE_S, figures: [] },
  { name: 'takeover', quick: ['5000', '200'], limitS: 30 * MINUTE_S, figures: [] },
  { name: 'page', limitS: 30 * MINUTE_S, figures: [] },
];
