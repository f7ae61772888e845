/** The environment variables that Petrel reads, besides those of every option. */
import type { OptionName } from './option-table.js';

export interface EnvironmentVariable {
  readonly name: string;
  /** The option that it is a shorter name for. */
  readonly option?: OptionName;
  /** One line for people. */
  readonly explanation: string;
}

/** `PETREL_SET_NETWORK_DANDELION` is the option network.dandelion. */
export const OPTION_VARIABLE_PREFIX = 'PETREL_SET_';

export const ENVIRONMENT_VARIABLES: readonly EnvironmentVariable[] = [
  {
    name: 'PETREL_DATA_DIR',
    explanation: 'The data directory; --data-dir counts over it.',
  },
  {
    name: 'PETREL_OFFLINE',
    option: 'network.offline',
    explanation: '1 or 0; --offline counts over it.',
  },
  {
    name: 'PETREL_POW_ADDON',
    explanation: 'off: proof of work without the addon that npm run build:native makes.',
  },
  {
    name: 'XDG_DATA_HOME',
    explanation: 'The data directory is petrel in it, when nothing names another.',
  },
];

/** Neither sections nor options contain `_`. */
export function optionVariable(name: OptionName): string {
  return OPTION_VARIABLE_PREFIX + name.toUpperCase().replace('.', '_');
}
