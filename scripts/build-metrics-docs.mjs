// Writes the table of metrics in docs/monitoring.md from the source. Needs a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { withMetricsTable } from '../dist/test/support/metrics-docs.js';

const page = new URL('../docs/monitoring.md', import.meta.url);
writeFileSync(page, withMetricsTable(readFileSync(page, 'utf8')));
