// The test runner's output for people and logs: a line per file, a failed test whole and at once, all
// failed tests again at the end, and last the runner's own summary. (TAP prints five lines per passed test
// and the one that failed is lost among ten thousand.)
import { relative } from 'node:path';
import { inspect } from 'node:util';

/** Where a test stands and what went wrong, indented below its name. */
function failure({ name, file, line, details }) {
  const place =
    file === undefined ? '' : ` (${relative(process.cwd(), file)}:${String(line ?? 0)})`;
  const error = details?.error?.cause ?? details?.error;
  const text = inspect(error, { depth: 6 }).replaceAll('\n', '\n    ');
  return `not ok - ${name}${place}\n    ${text}\n`;
}

/** A failed suite only repeats what its tests said. */
const repeats = (data) => data.details?.error?.failureType === 'subtestsFailed';

export default async function* report(source) {
  const failures = [];
  const files = new Map();
  let summary = '';
  for await (const { type, data } of source) {
    if (type === 'test:pass' || type === 'test:fail') {
      const file = data.file === undefined ? '(no file)' : relative(process.cwd(), data.file);
      const count = files.get(file) ?? { passed: 0, failed: 0 };
      files.set(file, count);
      if (data.details?.type === 'suite' && type === 'test:pass') continue;
      if (type === 'test:pass') count.passed += 1;
      else if (!repeats(data)) {
        count.failed += 1;
        failures.push(failure(data));
        yield failure(data);
      }
      if (data.skip !== undefined && data.skip !== false)
        yield `skipped - ${data.name}: ${String(data.skip)}\n`;
    } else if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message;
    } else if (type === 'test:diagnostic' && data.nesting === 0) {
      summary += `# ${data.message}\n`;
    }
  }
  for (const [file, { passed, failed }] of [...files].sort()) {
    yield `${failed === 0 ? 'ok' : 'not ok'} - ${file}: ${String(passed)} passed${failed === 0 ? '' : `, ${String(failed)} failed`}\n`;
  }
  if (failures.length > 0) yield `\n== failed\n${failures.join('')}\n`;
  yield `1..${String(files.size)}\n${summary}`;
}
