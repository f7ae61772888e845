/** Processor, database, disk, and the program itself. */
import { CONDITION_CODES } from '../../../node/health/conditions.js';
import { STORE_REQUESTS } from '../../../store/store-times.js';
import { SOFTWARE_VERSION } from '../../../util/software.js';
import { counter, counterBy, gauge, gaugeBy, histogram, type Metric } from '../metric.js';

export const machineMetrics = {
  petrel_build_info: gaugeBy('version', '1, with the version of Petrel.', () => ({
    [SOFTWARE_VERSION]: 1,
  })),
  petrel_ready: gauge('1 when /readyz says so, else 0.', ({ isReady }) => Number(isReady)),
  petrel_condition: gaugeBy(
    'name',
    '1 while something is wrong with the machine under the node, else 0.',
    ({ node }) =>
      Object.fromEntries(CONDITION_CODES.map((code) => [code, Number(node.conditions.has(code))])),
  ),
  petrel_event_loop_delay_seconds: gaugeBy(
    'percentile',
    'How late the main thread got to what was due, since the last scrape: p50, p99 and max.',
    ({ loopDelay: { p50, p99, max } }) => ({ p50, p99, max }),
  ),
  petrel_pow_info: gaugeBy('kernel', '1, with the kernel of the proof of work.', ({ node }) => ({
    [node.pow.kernel ?? 'none']: 1,
  })),
  petrel_pow_jobs: gauge('Proofs of work that run or wait.', ({ node }) => node.pow.size),
  petrel_pow_trials_per_second: gauge(
    'Rate of the proof of work of all threads; 0 while there is none to do.',
    ({ node }) => (node.pow.size > 0 ? node.pow.trialsPerSecond : 0),
  ),
  petrel_pow_jobs_total: counterBy(
    'outcome',
    'Proofs of work that ended: solved, or aborted before.',
    ({ node: { pow } }) => ({ solved: pow.totals.solved, aborted: pow.totals.aborted }),
  ),
  petrel_pow_trials_total: counter(
    'Trials of proofs of work that ended.',
    ({ node }) => node.pow.totals.trials,
  ),
  petrel_pow_work_seconds_total: counter(
    'Time that was worked on proofs of work that ended; waiting does not count.',
    ({ node }) => node.pow.totals.workedMs / 1000,
  ),
  petrel_database_work_seconds: histogram(
    ['kind'],
    "Time of a request in the database's thread, by kind of request.",
    ({ node }) => {
      const { work } = node.store.times;
      return STORE_REQUESTS.map((kind) => ({ labels: { kind }, histogram: work[kind] }));
    },
  ),
  petrel_database_wait_seconds: histogram(
    [],
    'Time from a request to its answer in which the database did not work on it.',
    ({ node }) => [{ labels: {}, histogram: node.store.times.waits }],
  ),
  petrel_database_requests_pending: gauge(
    'Requests that the database has not answered yet.',
    ({ node }) => node.store.pendingRequests,
  ),
  petrel_database_file_bytes: gaugeBy(
    'file',
    "Size of the databases' files, what is still to be written into them apart (-wal).",
    ({ fileBytes }) => fileBytes,
  ),
  petrel_disk_free_bytes: gauge(
    'What may still be used of the file system that the data directory is on.',
    ({ disk }) => disk.freeBytes,
  ),
  petrel_disk_size_bytes: gauge(
    'Size of the file system that the data directory is on.',
    ({ disk }) => disk.sizeBytes,
  ),
  petrel_backup_last_success_timestamp_seconds: gauge(
    'Unix time of the newest backup that the node made by itself; missing before the first.',
    ({ backup }) => backup.lastSuccessS,
  ),
  petrel_backup_failing: gauge(
    '1 when the latest backup by itself did not succeed, else 0.',
    ({ backup }) => Number(backup.isFailing),
  ),
} satisfies Record<string, Metric>;
