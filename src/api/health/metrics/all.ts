/** Every metric of Petrel's own: name, help, labels and where its value comes from. */
import { counterOf, type Metric, histogram } from '../metric.js';
import { machineMetrics } from './machine.js';
import { mailMetrics } from './mail.js';
import { networkMetrics } from './network.js';

const apiMetrics = {
  petrel_api_request_seconds: histogram(
    ['api', 'method'],
    'Time of a call, by method; `other` for all names that do not exist. Methods never called are missing.',
    ({ calls }) =>
      calls.list().map(({ api, method, times }) => ({ labels: { api, method }, histogram: times })),
  ),
  petrel_api_failures_total: counterOf(
    ['api', 'method'],
    'Calls that were answered with an error, by method.',
    ({ calls }) =>
      calls.list().map(({ api, method, failures }) => ({
        labels: { api, method },
        value: failures,
      })),
  ),
} satisfies Record<string, Metric>;

/** In the order in which they are shown. */
export const METRICS = {
  ...machineMetrics,
  ...networkMetrics,
  ...mailMetrics,
  ...apiMetrics,
} satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
