/** docs/troubleshooting.md, written from the tables of the checks. */
import { CHECKS } from '../../src/cli/doctor/all-checks.js';
import type { Check } from '../../src/cli/doctor/check.js';
import { CONDITIONS } from '../../src/node/health/conditions.js';

const INTRODUCTION = `# Troubleshooting

When something is odd, ask \`petrel doctor\` first. It looks at everything that a node needs, whether a node runs on the directory or not, changes nothing,
and asks nobody on the network but a proxy that is set (and not even that in offline mode, unless it is on this machine). Run it as the user that the
node runs as, with the same \`--data-dir\` and environment.

\`\`\`console
$ mkdir -p ~/.local/share/petrel && chmod 755 ~/.local/share/petrel
$ petrel doctor
ok       node-version  Petrel 0.1.0 on Node.js 20.20.2, linux x64
ok       settings      ~/.local/share/petrel/settings.ini and the environment are in order
warning  data-dir      other users can enter ~/.local/share/petrel (0755)
         -> chmod go-rwx ~/.local/share/petrel
ok       disk-space    75.1 GiB free on the disk of ~/.local/share/petrel
ok       memory        21.0 GiB available
…
\`\`\`

\`failure\`: the node does not work, or loses something; the exit status is 1. \`warning\`: it works, and less well; the exit status is 0. \`--json\` prints one
document: \`dataDir\`, \`failures\`, \`warnings\`, and \`findings\` with \`check\`, \`state\`, \`code\`, \`text\` and \`remedy\` each. \`--full\` reads databases above
1 GiB to the end as well. What the node itself logs is in [logs.md](logs.md).

The rest of this page is all that it can find. It is written by \`npm run build:troubleshooting-docs\` from the source.
`;

export function renderTroubleshootingDocs(): string {
  const checks = CHECKS.map(section).join('\n');
  return `${INTRODUCTION}\n${checks}\n${conditionSection()}`;
}

function section({ name, about, problems }: Check): string {
  const rows = Object.entries(problems).map(
    ([code, { state, means, remedy }]) => `| \`${code}\` | ${state} | ${means} | ${cell(remedy)} |`,
  );
  return [
    `## ${name}`,
    '',
    about,
    '',
    '| What | | Meaning | Remedy |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** What stands in braces is filled in by the command. */
function cell(remedy: string): string {
  if (/^\{\w+\}$/.test(remedy)) return 'as below';
  return remedy.replace(/\{(\w+)\}/g, (_whole, name: string) => name.toUpperCase());
}

function conditionSection(): string {
  const rows = Object.entries(CONDITIONS).map(
    ([code, { meaning, remedy }]) => `| \`${code}\` | ${meaning} | ${remedy} |`,
  );
  return ['| Condition | Meaning | Remedy |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
