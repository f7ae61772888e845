/**
 * Every benchmark in turn, and one table of what they said: `npm run bench` (hours with its long ones),
 * `npm run bench -- --quick` (minutes; smaller samples), words choose benchmarks. Written to
 * bench/results.md, with machine and versions. The reference's column is measured in the same run where
 * PYBITMESSAGE_DIR names its sources; else it has the figures that were recorded, and says so.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SOFTWARE_VERSION } from '../src/util/software.js';
import { BENCHMARKS, type Benchmark, type Figure } from './all/benchmarks.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TARGET = 'bench/results.md';
const QUICK = process.argv.includes('--quick');
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const withReference = (process.env['PYBITMESSAGE_DIR'] ?? '') !== '';

interface Result {
  readonly benchmark: Benchmark;
  readonly output: string;
  readonly failure: string | undefined;
  readonly seconds: number;
}

function run(benchmark: Benchmark): Result {
  const { name, quick, limitS } = benchmark;
  const startMs = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist', 'bench', `${name}.js`), ...(QUICK ? (quick ?? []) : [])],
    { cwd: root, encoding: 'utf8', timeout: limitS * 1000, maxBuffer: 1 << 26 },
  );
  const seconds = Math.round((performance.now() - startMs) / 1000);
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const failure =
    status === 0 ? undefined : `ended with ${String(signal ?? status)} after ${seconds} s: ${last}`;
  return { benchmark, output: stdout, failure, seconds };
}

const find = (output: string, pattern: RegExp | undefined): string | undefined =>
  pattern?.exec(output)?.slice(1).join(' ').trim();

function row({ benchmark, output, failure }: Result, figure: Figure): string {
  const own = find(output, figure.petrel) ?? (failure === undefined ? 'not told' : 'failed');
  const measured = find(output, figure.reference);
  const recorded = figure.recorded === undefined ? '-' : `${figure.recorded} (recorded)`;
  const cells = [`\`${benchmark.name}\``, figure.what, own, measured ?? recorded, figure.unit];
  return `| ${cells.join(' | ')} |`;
}

function machine(): string {
  const [processor] = cpus();
  const { node, openssl, v8 } = process.versions;
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Petrel ${SOFTWARE_VERSION}, `,
    `Node ${node} (OpenSSL ${openssl}, V8 ${v8}), Linux ${release()}, `,
    `${processor?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, `,
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB; load before ${loadavg()[0]?.toFixed(1) ?? '?'}. `,
    withReference
      ? 'PyBitmessage ran beside it.'
      : 'Without PYBITMESSAGE_DIR: figures of PyBitmessage are those recorded in docs/performance.md.',
    QUICK ? ' Quick: small samples, magnitudes only.' : '',
  ].join('');
}

function report(head: string, results: readonly Result[]): string {
  const rows = results.flatMap((result) =>
    result.benchmark.figures.map((figure) => row(result, figure)),
  );
  const outputs = results.map(({ benchmark, output, failure, seconds }) => {
    const text = `${output.trim()}${failure === undefined ? '' : `\n${failure}`}`;
    return `## ${benchmark.name} (${seconds} s)\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
  return [
    `# Benchmarks\n\nWritten by \`npm run bench\`. ${head}\n`,
    '| benchmark | what | Petrel | PyBitmessage | unit |\n| --- | --- | ---: | ---: | --- |',
    `${rows.join('\n')}\n`,
    ...outputs,
  ].join('\n');
}

const head = machine();
const results: Result[] = [];
for (const benchmark of BENCHMARKS) {
  if (words.length > 0 && !words.includes(benchmark.name)) continue;
  if (QUICK && benchmark.quick === undefined) continue;
  console.log(`== ${benchmark.name}`);
  const result = run(benchmark);
  console.log(result.output.trim() + (result.failure ?? ''));
  results.push(result);
  // After each: what was measured stays when the next one is interrupted.
  writeFileSync(join(root, TARGET), report(head, results));
}
const table = readFileSync(join(root, TARGET), 'utf8').split('\n');
console.log(`\n${table.filter((line) => line.startsWith('|')).join('\n')}\n\nwritten: ${TARGET}`);
process.exit(results.every(({ failure }) => failure === undefined) ? 0 : 1);
