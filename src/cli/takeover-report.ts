import type { TakeoverReport } from '../takeover/report.js';

/** Counts, then what could not be kept as it was, then notes. */
export function printReport(report: TakeoverReport, print: (line: string) => void): void {
  for (const line of report.tallyLines()) print(line);
  if (report.problems.length > 0) print('not as it was:');
  for (const line of report.problems) print(`  ${line}`);
  for (const note of report.notes) print(`note: ${note}`);
}
