/** What is wrong with the settings. */
import { UserError } from '../../util/errors.js';
import type { OptionName } from './option-table.js';

/**
 * EX_CONFIG of sysexits.h: starting again does not help before somebody has changed something. Service
 * managers can be told so (systemd: RestartPreventExitStatus=78).
 */
export const EXIT_CONFIG = 78;

export class SettingError extends UserError {
  /** The option that is wrong, where one is to be named. */
  readonly option: OptionName | undefined;

  constructor(message: string, option?: OptionName, cause?: unknown) {
    super(message, { exitCode: EXIT_CONFIG, cause });
    this.option = option;
  }
}
