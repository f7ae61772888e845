/** The text of docs/api.md, made of the definitions that the API itself works with. */
import { OPTION_NAMES, optionSpec } from '../../node/settings/option-table.js';
import type { Command } from '../command.js';
import { writeJson } from '../json-text.js';
import { introspection } from '../methods/introspection.js';
import { allCommands } from '../methods/all.js';
import { NOTIFY_EVENTS } from '../notify-hook.js';
import type { ApiValue } from '../values.js';
import { writeXmlParams, writeXmlResponse } from '../xml-writer.js';
import { COMMAND_DOCS, type CommandDoc } from './command-docs.js';
import { ERROR_DOCS } from './error-docs.js';

const API_OPTION_PREFIX = 'bitmessagesettings.api';

const INTRODUCTION = `# The remote API

Made by \`npm run build:api-docs\` from the definitions in \`src/api\`; do not edit.

PyBitmessage's remote API, for programs that were written for it: \`POST\` to \`/\` or \`/RPC2\`, HTTP Basic
authentication. What differs on purpose is in [api-compatibility.md](api-compatibility.md).

| \`apivariant\` | protocol | results | failures |
| --- | --- | --- | --- |
| \`xml\` | XML-RPC | native values | faults |
| \`json\` | JSON-RPC 1.0 and 2.0 | native values | errors with code -32603, the API's number in the text |
| \`legacy\` | XML-RPC | numbers and ASCII texts as they are, anything else as JSON in a string | strings: \`API Error 0020: …\` |

Subjects, messages, labels and passphrases are base64; message ids and acknowledgement data are lower-case hex.
Parameters are given by position; in JSON-RPC also by name. Times are Unix seconds.
`;

/** Every command that a client can call, in the order of the documentation. */
export function documentedCommands(): Command[] {
  const commands = allCommands(() => undefined);
  const none = (): ReadonlyMap<string, Command> => new Map();
  return [...commands, ...introspection(none, (command) => command.names)];
}

export function renderApiDocs(): string {
  const parts = [
    INTRODUCTION,
    '## Commands\n',
    ...documentedCommands().map(commandText),
    '## Errors\n',
    errorTable(),
    '## Settings\n',
    settingTable(),
    '## Notify events\n',
    notifyText(),
  ];
  return parts.join('\n');
}

function commandText(command: Command): string {
  const [name = ''] = command.names;
  const doc = COMMAND_DOCS[name];
  if (!doc) throw new TypeError(`${name} has no entry in COMMAND_DOCS`);
  const lines = [`### ${name}(${signature(command)})\n`, `${command.help}\n`];
  const aliases = [
    ...command.names.slice(1).map((alias) => `\`${alias}\``),
    ...(command.legacyNames ?? []).map((alias) => `\`${alias}\` (legacy only)`),
  ];
  if (aliases.length > 0) lines.push(`Also: ${aliases.join(', ')}.\n`);
  if (command.testModeOnly) lines.push("Only with PyBitmessage's test mode.\n");
  if (doc.notes !== undefined) lines.push(`${doc.notes}\n`);
  if (doc.types.length > 0) lines.push(parameterTable(command, doc));
  const errors = [...(doc.errors ?? [])].sort((a, b) => a - b);
  if (errors.length > 0) lines.push(`Errors: ${errors.join(', ')} (and 0, 21).\n`);
  lines.push(examples(name, doc));
  return lines.join('\n');
}

function signature({ parameters, optional = 0 }: Command): string {
  const required = parameters.length - optional;
  return parameters.map((name, index) => (index < required ? name : `${name}?`)).join(', ');
}

function parameterTable({ parameters, optional = 0 }: Command, doc: CommandDoc): string {
  const rows = parameters.map((name, index) => {
    const needed = index < parameters.length - optional ? 'yes' : 'no';
    return `| \`${name}\` | ${doc.types[index] ?? ''} | ${needed} |`;
  });
  return `| parameter | type | required |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

function examples(name: string, { example, result }: CommandDoc): string {
  const request = { jsonrpc: '2.0', method: name, params: example, id: 1 };
  const json = `${writeJson(request)}\n${writeJson({ jsonrpc: '2.0', result, id: 1 })}`;
  const call = `<methodCall><methodName>${name}</methodName>${oneLine(writeXmlParams(example))}</methodCall>`;
  return `\`\`\`json\n${json}\n\`\`\`\n\n\`\`\`xml\n${call}\n${xmlResult(result)}\n\`\`\`\n`;
}

function xmlResult(result: ApiValue): string {
  if (result === null) return '<!-- fault 1: XML-RPC has no null -->';
  return writeXmlResponse(result).trimEnd();
}

function oneLine(text: string): string {
  return text.replaceAll('\n', '');
}

function errorTable(): string {
  const rows = Object.entries(ERROR_DOCS).map(
    ([code, texts]) =>
      `| ${code.padStart(4, '0')} | ${texts.map((text) => `\`${text}\``).join('<br>')} |`,
  );
  const faults =
    'In XML-RPC, faults with number 1 are also what the protocol itself refuses (no XML, null as a result): tell them\napart by their text, `<…>:…`.\n';
  return `| number | texts |\n| --- | --- |\n${rows.join('\n')}\n\n${faults}`;
}

function settingTable(): string {
  const rows = OPTION_NAMES.filter((name) => name.startsWith(API_OPTION_PREFIX)).map((name) => {
    const { type, default: standard, explanation } = optionSpec(name);
    return `| \`${name}\` | ${type} | ${standard === '' ? '' : `\`${standard}\``} | ${explanation} |`;
  });
  return `| setting | type | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function notifyText(): string {
  const rows = Object.entries(NOTIFY_EVENTS).map(([event, when]) => `| \`${event}\` | ${when} |`);
  return `The program named by \`${API_OPTION_PREFIX}notifypath\` is run without a shell, with one word, one at a time and in order. It
has a minute; a program that fails or hangs is logged and nothing else.

| word | when |
| --- | --- |
${rows.join('\n')}
`;
}
