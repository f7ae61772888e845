/** What packaging/ gives to Prometheus and Grafana fits what a node offers. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { METRICS } from '../../src/api/health/metrics/all.js';
import type { Metric } from '../../src/api/health/metric.js';
import { findProgram, skippedWithout } from '../support/debian-program.js';
import { withMetricsTable } from '../support/metrics-docs.js';
import { tempDir } from '../support/temp-store.js';
import { projectRoot } from '../support/vectors.js';

const run = promisify(execFile);

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

interface Dashboard {
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

function fileOf(path: string): string {
  return fileURLToPath(new URL(path, projectRoot));
}

const dashboard = JSON.parse(
  readFileSync(fileOf('packaging/grafana/petrel.json'), 'utf8'),
) as Dashboard;
const alerts = readFileSync(fileOf('packaging/prometheus/alerts.yml'), 'utf8');

function namesOfProcess(): Set<string> {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const names = (register.getMetricsAsArray() as { name: string }[]).map(({ name }) => name);
  return new Set(names.filter((name) => !name.includes('eventloop_lag')));
}

const metrics = new Map<string, Metric>(Object.entries(METRICS));
const ofProcess = namesOfProcess();

/** The metric behind a name in a query: histograms have three of them. */
function baseOf(name: string): string {
  return name.replace(/_(?:bucket|sum|count)$/, '');
}

/** Names that no node offers, and labels that the metric has not. */
function unknownIn(expr: string): string[] {
  const wrong: string[] = [];
  for (const [, name = '', selector = ''] of expr.matchAll(
    /\b((?:petrel|process|nodejs)_\w+)(?:\{([^}]*)\})?/g,
  )) {
    const metric = metrics.get(name) ?? metrics.get(baseOf(name));
    const isHistogram = metric?.type === 'histogram';
    const isKnown = metrics.has(name) ? !isHistogram : isHistogram || ofProcess.has(baseOf(name));
    if (!isKnown) wrong.push(name);
    const labels = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    for (const label of labels) {
      if (['job', 'instance'].includes(label)) continue;
      if (metric && !metric.labels.includes(label)) wrong.push(`${name}{${label}}`);
    }
  }
  return wrong;
}

describe('the dashboard', () => {
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  it('asks for what a node offers, and for all of it but the version', () => {
    const exprs = panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr);
    assert.ok(exprs.length > 40);
    assert.deepEqual(exprs.flatMap(unknownIn), []);
    const shown = exprs.join('\n');
    const unseen = [...metrics.keys()].filter((name) => !shown.includes(name));
    assert.deepEqual(unseen, [
      'petrel_build_info',
      'petrel_pow_info',
      'petrel_pow_trials_total',
      'petrel_pow_work_seconds_total',
      'petrel_backup_failing',
    ]);
    assert.deepEqual(unknownIn('petrel_peers{no="x"} + petrel_nothing + process_nothing'), [
      'petrel_peers{no}',
      'petrel_nothing',
      'process_nothing',
    ]);
  });

  it('is a model that Grafana takes', () => {
    assert.ok(dashboard.schemaVersion >= 36);
    const ids = dashboard.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const variables = dashboard.templating.list.map(({ name }) => name);
    const used = JSON.stringify(dashboard.panels).match(/\$\{?[a-z]\w*/g) ?? [];
    const named = [...new Set(used.map((text) => text.replace(/[${]/g, '')))];
    assert.deepEqual(named.sort(), [...variables].sort());
    const cells = new Set<string>();
    for (const { title, gridPos, type, targets } of dashboard.panels) {
      assert.ok(gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, title);
      if (type !== 'row') assert.ok((targets ?? []).length > 0, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!cells.has(`${x} ${y}`), `${title} lies on another panel`);
          cells.add(`${x} ${y}`);
        }
      }
    }
  });

  it('has queries that Prometheus reads', { skip: skippedWithout('promtool') }, async (t) => {
    const exprs = panels
      .flatMap(({ targets }) => targets ?? [])
      .map(({ expr }) => expr.replaceAll('$__rate_interval', '5m'));
    const rules = exprs.map((expr, n) => ({ record: `query:${n}`, expr }));
    // YAML takes JSON as it is.
    const path = join(tempDir(t), 'queries.yml');
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    await run(findProgram('promtool') ?? '', ['check', 'rules', path]);
  });
});

/** Each alert on a machine where it has to come, after its time. */
const ALERTS: Readonly<Record<string, { series: Record<string, string>; after: string }>> = {
  PetrelDown: { series: { 'up{job="petrel"}': '0x120' }, after: '10m' },
  PetrelNotReady: { series: { petrel_ready: '0x120' }, after: '20m' },
  PetrelCondition: { series: { 'petrel_condition{name="storage-low"}': '1x120' }, after: '10m' },
  PetrelNoPeers: {
    series: {
      'petrel_peers{direction="inbound"}': '0x120',
      'petrel_peers{direction="outbound"}': '0x120',
    },
    after: '40m',
  },
  PetrelClockOff: {
    series: { petrel_clock_offset_seconds: '-400x120', petrel_clock_witnesses: '5x120' },
    after: '20m',
  },
  PetrelDiskLow: {
    series: { petrel_disk_free_bytes: '900000000x120', petrel_disk_size_bytes: '2000000000x120' },
    after: '20m',
  },
  PetrelOutboxStuck: {
    series: { 'petrel_outbox_oldest_seconds{state="doingmsgpow"}': '30000x120' },
    after: '20m',
  },
  PetrelDecryptBacklog: { series: { petrel_decrypt_backlog_seconds: '700x120' }, after: '40m' },
  PetrelDecryptStuck: {
    series: {
      petrel_decrypt_backlog_objects: '5x120',
      'petrel_objects_processed_total{type="msg"}': '7x120',
    },
    after: '40m',
  },
  PetrelLoopDelay: {
    series: { 'petrel_event_loop_delay_seconds{percentile="p99"}': '0.7x120' },
    after: '20m',
  },
  PetrelMemory: {
    series: { 'process_resident_memory_bytes{job="petrel"}': '3000000000x120' },
    after: '40m',
  },
  PetrelHandles: {
    series: {
      'process_open_fds{job="petrel"}': '900x120',
      'process_max_fds{job="petrel"}': '1024x120',
    },
    after: '20m',
  },
  PetrelBackupTooOld: { series: { petrel_backup_failing: '1x120' }, after: '90m' },
  PetrelRestarts: {
    series: { 'process_start_time_seconds{job="petrel"}': '0+60x120' },
    after: '30m',
  },
};

/** As it is when all is well: nothing fires, and one message waits for its recipient's key for weeks. */
const FINE: Readonly<Record<string, string>> = {
  'up{job="petrel"}': '1x120',
  petrel_ready: '1x120',
  'petrel_condition{name="storage-low"}': '0x120',
  'petrel_peers{direction="inbound"}': '0x120',
  'petrel_peers{direction="outbound"}': '8x120',
  petrel_clock_offset_seconds: '-3x120',
  petrel_clock_witnesses: '5x120',
  petrel_disk_free_bytes: '90000000000x120',
  petrel_disk_size_bytes: '200000000000x120',
  'petrel_outbox_oldest_seconds{state="awaitingpubkey"}': '3000000x120',
  petrel_decrypt_backlog_seconds: '2x120',
  petrel_decrypt_backlog_objects: '5x120',
  'petrel_objects_processed_total{type="msg"}': '0+5x120',
  'petrel_event_loop_delay_seconds{percentile="p99"}': '0.01x120',
  'process_resident_memory_bytes{job="petrel"}': '300000000x120',
  'process_open_fds{job="petrel"}': '90x120',
  'process_max_fds{job="petrel"}': '1024x120',
  petrel_backup_failing: '0x120',
  petrel_backup_last_success_timestamp_seconds: '0x120',
  'process_start_time_seconds{job="petrel"}': '5x120',
};

describe('the alerts', () => {
  const named = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);

  it('ask for what a node offers, and say what to do', () => {
    const exprs = [...alerts.matchAll(/^ *expr: (.+)$/gm)].map(([, expr = '']) => expr);
    assert.equal(exprs.length, named.length);
    assert.deepEqual(exprs.flatMap(unknownIn), []);
    for (const field of ['summary', 'action', 'labels']) {
      assert.equal(alerts.match(new RegExp(`^ *${field}: `, 'gm'))?.length, named.length, field);
    }
    assert.deepEqual([...named].sort(), Object.keys(ALERTS).sort());
  });

  it(
    'come when they have to, and not when all is well',
    { skip: skippedWithout('promtool') },
    async (t) => {
      const input = (series: Readonly<Record<string, string>>) =>
        Object.entries(series).map(([name, values]) => ({ series: name, values }));
      const count = (alertname: string): string =>
        `count(ALERTS{alertname="${alertname}",alertstate="firing"})`;
      const firing = Object.entries(ALERTS).map(([alertname, { series, after }]) => ({
        interval: '1m',
        input_series: input(series),
        promql_expr_test: [
          { expr: count(alertname), eval_time: after, exp_samples: [{ labels: '{}', value: 1 }] },
        ],
      }));
      const fine = {
        interval: '1m',
        input_series: input(FINE),
        promql_expr_test: [
          { expr: 'count(ALERTS{alertstate="firing"})', eval_time: '110m', exp_samples: [] },
        ],
      };
      const path = join(tempDir(t), 'alerts-test.yml');
      const rule_files = [fileOf('packaging/prometheus/alerts.yml')];
      writeFileSync(path, JSON.stringify({ rule_files, tests: [...firing, fine] }));
      await run(findProgram('promtool') ?? '', ['test', 'rules', path]);
    },
  );

  it(
    'are part of a configuration that Prometheus reads',
    { skip: skippedWithout('promtool') },
    async () => {
      const path = fileOf('packaging/prometheus/prometheus.yml');
      await run(findProgram('promtool') ?? '', ['check', 'config', path]);
    },
  );
});

describe('docs/monitoring.md', () => {
  it('lists every metric as the source has it', () => {
    const page = readFileSync(fileOf('docs/monitoring.md'), 'utf8');
    assert.equal(page, withMetricsTable(page), 'run: npm run build:metrics-docs');
  });
});
