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
    name: 'PETREL_LOG_LEVEL',
    explanation: 'Over log.level: info, or info,network=debug; --log-level counts over it.',
  },
  {
    name: 'PETREL_API',
    explanation: 'For the commands that use a running node: where it is; --api counts over it.',
  },
  { name: 'PETREL_API_USER', explanation: 'The user at that node.' },
  { name: 'PETREL_API_PASSWORD', explanation: 'The password at that node.' },
  { name: 'PETREL_FROM', explanation: 'Own address that petrel send takes without --from.' },
  { name: 'PETREL_BACKUP_PASSPHRASE', explanation: 'The passphrase of petrel backup.' },
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
