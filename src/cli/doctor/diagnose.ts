/** Runs the checks, one after the other; one that fails itself is a finding, too. */
import { errorText } from '../../util/errors.js';
import { CHECKS } from './all-checks.js';
import type { Check, Finding } from './check.js';
import { examine, type DoctorOptions } from './context.js';

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly failures: number;
  readonly warnings: number;
}

export async function diagnose(
  options: DoctorOptions,
  onFinding: (finding: Finding) => void = () => undefined,
  checks: readonly Check[] = CHECKS,
): Promise<Diagnosis> {
  const context = await examine(options);
  const findings: Finding[] = [];
  for (const check of checks) {
    const found = await check.run(context).catch((error: unknown) => [broken(check.name, error)]);
    findings.push(...found);
    found.forEach(onFinding);
  }
  const count = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  return { findings, failures: count('failure'), warnings: count('warning') };
}

/** The machine answered a check in a way that nobody thought of. */
function broken(check: string, error: unknown): Finding {
  const text = `the check itself failed (${errorText(error)})`;
  const remedy =
    'Look at the rights of your user and at the other lines; if they are in order, report it.';
  return { check, state: 'failure', code: 'check-failed', text, remedy };
}
