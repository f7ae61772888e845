/** The log of the running node. */
import type { LogControl } from '../../../util/log-levels.js';
import type { Handlers, NativeContext } from '../context.js';
import { NativeError } from '../native-error.js';
import type { LogState, logMethods } from '../schema/log.js';

export const logHandlers: Handlers<keyof typeof logMethods> = {
  'log.levels': (context) => stateOf(controlOf(context)),
  'log.setLevels': (context, changes) => {
    const control = controlOf(context);
    control.change(changes);
    return stateOf(control);
  },
};

function controlOf({ logControl }: NativeContext): LogControl {
  if (logControl) return logControl;
  throw new NativeError('not-available', 'the log of this node is not set here');
}

function stateOf(control: LogControl): LogState {
  return { levels: control.levels(), addresses: control.showsAddresses };
}
