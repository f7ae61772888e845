/** From the table of metrics to Prometheus' text format. */
import { collectDefaultMetrics, Registry, type Metric as ClientMetric } from 'prom-client';
import type { HistogramSample, Metric } from './metric.js';
import type { Scrape } from './scrape.js';

/**
 * The library's own watch of the event loop, which counts the time between two looks as delay, is
 * left out for ours; as it cannot be switched off, it shall not wake the process.
 */
const NEVER_MS = 1_000_000;
/** With what is there by kind as well, under names that are for counters. */
const LEFT_OUT = /^nodejs_(?:eventloop_lag|active_.*_total$)/;

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

interface Value {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A row of the table, as prom-client's registry takes it: asked for its values at each scrape. */
class TableMetric {
  readonly name: string;
  readonly #metric: Metric;
  readonly #scrape: () => Scrape;

  constructor(name: string, metric: Metric, scrape: () => Scrape) {
    this.name = name;
    this.#metric = metric;
    this.#scrape = scrape;
  }

  get(): Promise<{ name: string; help: string; type: string; values: Value[] }> {
    const { name } = this;
    const { help, type } = this.#metric;
    return Promise.resolve({ name, help, type, values: this.#values() });
  }

  #values(): Value[] {
    const metric = this.#metric;
    if (metric.type !== 'histogram') return metric.read(this.#scrape());
    return metric.read(this.#scrape()).flatMap((sample) => ranges(this.name, sample));
  }
}

function ranges(name: string, { labels, histogram }: HistogramSample): Value[] {
  const { bounds, count, sum } = histogram;
  const upTo = histogram.cumulative();
  const bucket = (le: number | string, value: number): Value => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value,
  });
  return [
    ...bounds.map((bound, range) => bucket(bound, upTo[range] ?? 0)),
    bucket('+Inf', count),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

/** Memory, handles, garbage collection: of the process, so one for all nodes in it. */
let processRegistry: Registry | undefined;

function registryOfProcess(): Registry {
  if (processRegistry) return processRegistry;
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: NEVER_MS });
  for (const { name } of register.getMetricsAsArray() as { name: string }[]) {
    if (LEFT_OUT.test(name)) register.removeSingleMetric(name);
  }
  processRegistry = register;
  return register;
}

export class Exposition {
  readonly #own = new Registry();
  readonly #process = registryOfProcess();
  readonly #read: () => Promise<Scrape>;
  #scrape: Scrape | undefined;
  #underWay: Promise<string> | undefined;

  /** @param read called once for each scrape */
  constructor(metrics: Readonly<Record<string, Metric>>, read: () => Promise<Scrape>) {
    this.#read = read;
    const scrape = (): Scrape => {
      if (!this.#scrape) throw new TypeError('metrics are read within a scrape');
      return this.#scrape;
    };
    for (const [name, metric] of Object.entries(metrics)) {
      const row = new TableMetric(name, metric, scrape);
      // The registry wants one of its own classes, of which it uses no more than this.
      this.#own.registerMetric(row as unknown as ClientMetric);
    }
  }

  /** All metrics; who asks while it is being made gets the same. */
  text(): Promise<string> {
    this.#underWay ??= this.#text().finally(() => (this.#underWay = undefined));
    return this.#underWay;
  }

  async #text(): Promise<string> {
    this.#scrape = await this.#read();
    return `${await this.#own.metrics()}\n${await this.#process.metrics()}`;
  }
}
