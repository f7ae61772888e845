import { SOFTWARE_VERSION } from '../../../util/software.js';
import { defineCheck } from '../check.js';

/** As `engines` in package.json. */
const OLDEST = [20, 19] as const;
/** Lines that the tests run on. */
const TESTED: readonly number[] = [20, 22, 24];

export const nodeVersion = defineCheck({
  name: 'node-version',
  about: 'The version of Node.js that runs Petrel.',
  problems: {
    'too-old': {
      state: 'failure',
      means: 'Petrel needs Node.js 20.19 or later.',
      remedy: 'Install Node.js 22 or 24 (https://nodejs.org) and start Petrel with it.',
    },
    untested: {
      state: 'warning',
      means: 'Petrel was not tested with this line of Node.js.',
      remedy: 'Use Node.js 20, 22 or 24 when anything is odd.',
    },
  },
  look(_context, report) {
    const { node } = process.versions;
    const [major = 0, minor = 0] = node.split('.').map(Number);
    const text = `Petrel ${SOFTWARE_VERSION} on Node.js ${node}, ${process.platform} ${process.arch}`;
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
      report.found('too-old', text);
    else if (!TESTED.includes(major)) report.found('untested', text);
    else report.ok(text);
  },
});
