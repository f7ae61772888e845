/** Opens the store on the given directory, says so, and stays until it is killed. */
import { openStore } from '../../../src/store/open-store.js';
import { errorText } from '../../../src/util/errors.js';
import { systemClock } from '../../../src/util/clock.js';
import { nullLog } from '../../../src/util/log.js';

try {
  await openStore({ dataDir: process.argv[2] ?? '' }, { log: nullLog, clock: systemClock });
  console.log('open');
} catch (error) {
  console.log(errorText(error));
  process.exitCode = 1;
}
