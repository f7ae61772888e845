/** What people are told about an option: the same in the help and in docs/configuration.md. */
import { optionVariable } from './environment-variables.js';
import { rangeText, type OptionSpec } from './option-spec.js';
import { optionSpec, type OptionName } from './option-table.js';

const TYPE_TEXTS = {
  text: 'text',
  integer: 'whole number',
  real: 'number',
  boolean: 'true or false',
  list: 'list',
} as const;

/** `whole number from 300 to 2419200, seconds` */
export function valueText(spec: OptionSpec): string {
  const words = spec.choices?.filter((choice) => choice !== '').join(', ');
  const unit = spec.unit === undefined ? '' : `, ${spec.unit}`;
  return `${words ?? TYPE_TEXTS[spec.type]}${rangeText(spec)}${unit}`;
}

/** `8444`, `30 (0 in test mode)`, or nothing. */
export function defaultText({ default: standard, testDefault }: OptionSpec): string {
  return testDefault === undefined ? standard : `${standard} (${testDefault} in test mode)`;
}

/** Some lines about one option. */
export function explainOption(name: OptionName): string[] {
  const spec = optionSpec(name);
  const standard = defaultText(spec);
  const change = spec.live ? 'count at once' : 'count from the next start';
  return [
    name,
    `  ${spec.explanation}`,
    `  value:       ${valueText(spec)}`,
    `  default:     ${standard === '' ? '(none)' : standard}`,
    `  variable:    ${optionVariable(name)}`,
    ...(spec.secret ? ['  shown as:    stars'] : []),
    spec.use === 'kept'
      ? '  an option of PyBitmessage that Petrel keeps and does not use'
      : `  changes:     ${change}`,
  ];
}
