/** The tables of docs/configuration.md, written from those of the options and the variables. */
import { ENVIRONMENT_VARIABLES } from '../../src/node/settings/environment-variables.js';
import { OPTION_NAMES, optionSpec, type OptionName } from '../../src/node/settings/option-table.js';
import { defaultText, valueText } from '../../src/node/settings/option-text.js';

const API_NAME = /^(?:bitmessagesettings\.)?api/;
const OWN_MAIL =
  /^(?:settingsversion|ttl|stopresending|default|maxacceptable|willingly|ackstealth|digest|numberof|blackwhite|extralow|maxcores)/;

/** The part of the page that an option is told in. */
function titleOf(name: OptionName): string {
  const { use } = optionSpec(name);
  if (use === 'kept') return "Options of PyBitmessage's that are kept and not used";
  const [section = '', option = ''] = name.split('.');
  if (API_NAME.test(name)) return 'The remote API';
  if (section === 'bitmessagesettings') return OWN_MAIL.test(option) ? 'Own mail' : 'Network';
  if (['network', 'inventory', 'knownnodes'].includes(section)) return 'Network';
  return 'Other parts of the node';
}

/** The page with its tables as they have to be. */
export function renderConfigDocs(page: string): string {
  const parts: readonly (readonly [string, string])[] = [
    ['options', optionTables()],
    ['variables', variableTable()],
  ];
  return parts.reduce((text, [name, content]) => {
    const pattern = new RegExp(`(<!-- begin: ${name} -->\n)[^]*?(\n<!-- end: ${name} -->)`);
    if (!pattern.test(text)) throw new Error(`docs/configuration.md has no place for ${name}`);
    return text.replace(pattern, (_, begin: string, end: string) => `${begin}\n${content}\n${end}`);
  }, page);
}

function optionTables(): string {
  const titles = [...new Set(OPTION_NAMES.map(titleOf))];
  const kept = titles.findIndex((title) => title.includes('kept'));
  titles.push(...titles.splice(kept, 1));
  return titles
    .map((title) => {
      const names = OPTION_NAMES.filter((name) => titleOf(name) === title);
      const rows = names.map((name) => optionRow(name));
      return `### ${title}\n\n${table(['Option', 'Value', 'Default', 'Meaning'], rows)}`;
    })
    .join('\n\n');
}

function optionRow(name: OptionName): string[] {
  const spec = optionSpec(name);
  const standard = defaultText(spec);
  const notes = `${spec.live ? ' ¹' : ''}${spec.secret ? ' ²' : ''}`;
  const value = standard === '' ? '' : `\`${standard}\``;
  return [`\`${name}\`${notes}`, valueText(spec), value, spec.explanation];
}

function variableTable(): string {
  const rows = ENVIRONMENT_VARIABLES.map(({ name, option, explanation }) => [
    `\`${name}\``,
    option === undefined ? '' : `\`${option}\``,
    explanation,
  ]);
  const every = [
    '`PETREL_SET_SECTION_OPTION`',
    'every one',
    'As `PETREL_SET_NETWORK_DANDELION=80`.',
  ];
  return table(['Variable', 'Option', 'Meaning'], [every, ...rows]);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
