/** The table of metrics in docs/monitoring.md, written from the table in the source. */
import { METRICS } from '../../src/api/health/metrics/all.js';
import type { Metric } from '../../src/api/health/metric.js';

const START = '<!-- metrics: npm run build:metrics-docs -->';
const END = '<!-- end of metrics -->';

/** The page with a table that tells of every metric. @throws Error when it has no place for it */
export function withMetricsTable(page: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`the page has no ${START} … ${END}`);
  return `${page.slice(0, start)}${START}\n\n${table()}\n\n${page.slice(end)}`;
}

function table(): string {
  const metrics: [string, Metric][] = Object.entries(METRICS);
  const rows = metrics.map(([name, { type, labels, help }]) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help.replace('docs/limits.md', '[limits.md](limits.md)'),
  ]);
  const all = [['Metric', 'Type', 'Labels', 'What'], ...rows];
  const widths = all[0]?.map((_, column) =>
    Math.max(...all.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join(' | ')} |`;
  const rule = line((widths ?? []).map((width) => '-'.repeat(width)));
  return [line(all[0] ?? []), rule, ...rows.map(line)].join('\n');
}
