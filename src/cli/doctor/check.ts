/** What a check of `petrel doctor` is. The page docs/troubleshooting.md is made of these tables. */
import type { DoctorContext } from './context.js';

/** Something that a check can find. */
export interface Problem {
  /** `failure`: the node does not work, or loses something. `warning`: it works, and less well. */
  readonly state: 'warning' | 'failure';
  /** One line, for the page. */
  readonly means: string;
  /** One line: what to do. `{name}` is replaced by what the finding says. */
  readonly remedy: string;
}

export interface Finding {
  readonly check: string;
  readonly state: 'ok' | Problem['state'];
  /** Which problem of the check; `ok` for none. */
  readonly code: string;
  /** One line: what was seen. */
  readonly text: string;
  /** '' when all is well. */
  readonly remedy: string;
}

/** How a check tells what it sees. */
export interface Report<Code extends string> {
  ok(text: string): void;
  /** @param names for the placeholders of the remedy */
  found(code: Code, text: string, names?: Readonly<Record<string, string>>): void;
}

export interface Check {
  readonly name: string;
  /** What it looks at: one sentence, for the page. */
  readonly about: string;
  readonly problems: Readonly<Record<string, Problem>>;
  run(context: DoctorContext): Promise<Finding[]>;
}

interface CheckSpec<Problems extends Readonly<Record<string, Problem>>> {
  readonly name: string;
  readonly about: string;
  readonly problems: Problems;
  readonly look: (
    context: DoctorContext,
    report: Report<Extract<keyof Problems, string>>,
  ) => void | Promise<void>;
}

export function defineCheck<const Problems extends Readonly<Record<string, Problem>>>(
  spec: CheckSpec<Problems>,
): Check {
  const { name: check, about, problems, look } = spec;
  return {
    name: check,
    about,
    problems,
    async run(context) {
      const findings: Finding[] = [];
      await look(context, {
        ok: (text) => void findings.push({ check, state: 'ok', code: 'ok', text, remedy: '' }),
        found(code, text, names = {}) {
          const problem = problems[code];
          if (!problem) throw new TypeError(`${check} does not know ${code}`);
          const remedy = filled(problem.remedy, names);
          findings.push({ check, state: problem.state, code, text, remedy });
        },
      });
      return findings;
    },
  };
}

function filled(remedy: string, names: Readonly<Record<string, string>>): string {
  return remedy.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);
}
