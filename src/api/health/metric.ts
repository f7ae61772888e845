/** What a metric is, and the ways to write one down. */
import type { Histogram } from '../../util/histogram.js';
import type { Scrape } from './scrape.js';

/** Values come from closed lists: never an address, a host or anything else that a stranger chooses. */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface HistogramSample {
  readonly labels: Labels;
  readonly histogram: Histogram;
}

export type Metric = {
  /** One line for people: what is counted, and the unit where the name does not end in it. */
  readonly help: string;
  /** Names of the labels that each sample has. */
  readonly labels: readonly string[];
} & (
  | { readonly type: 'gauge' | 'counter'; readonly read: (scrape: Scrape) => Sample[] }
  | { readonly type: 'histogram'; readonly read: (scrape: Scrape) => HistogramSample[] }
);

type ReadNumber = (scrape: Scrape) => number | undefined;
/** By the value of the only label. */
type ReadNumbers = (scrape: Scrape) => Readonly<Record<string, number | undefined>>;

/** One number; missing while it is undefined. */
export function gauge(help: string, read: ReadNumber): Metric {
  return single('gauge', help, read);
}

/** As {@link gauge}, of a number that only grows. */
export function counter(help: string, read: ReadNumber): Metric {
  return single('counter', help, read);
}

/** A number for each value of a label. */
export function gaugeBy(label: string, help: string, read: ReadNumbers): Metric {
  return labelled('gauge', label, help, read);
}

/** As {@link gaugeBy}, of numbers that only grow. */
export function counterBy(label: string, help: string, read: ReadNumbers): Metric {
  return labelled('counter', label, help, read);
}

/** A counter with several labels. */
export function counterOf(
  labels: readonly string[],
  help: string,
  read: (scrape: Scrape) => Sample[],
): Metric {
  return { type: 'counter', labels, help, read };
}

export function histogram(
  labels: readonly string[],
  help: string,
  read: (scrape: Scrape) => HistogramSample[],
): Metric {
  return { type: 'histogram', labels, help, read };
}

function single(type: 'gauge' | 'counter', help: string, read: ReadNumber): Metric {
  const samples = (scrape: Scrape): Sample[] => {
    const value = read(scrape);
    return value === undefined ? [] : [{ labels: {}, value }];
  };
  return { type, help, labels: [], read: samples };
}

function labelled(
  type: 'gauge' | 'counter',
  label: string,
  help: string,
  read: ReadNumbers,
): Metric {
  const samples = (scrape: Scrape): Sample[] =>
    Object.entries(read(scrape)).flatMap(([name, value]) =>
      value === undefined ? [] : [{ labels: { [label]: name }, value }],
    );
  return { type, help, labels: [label], read: samples };
}
