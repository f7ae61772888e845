import { defineCheck } from '../check.js';

export const settings = defineCheck({
  name: 'settings',
  about: 'settings.ini and the variables of the environment.',
  problems: {
    wrong: {
      state: 'failure',
      means: 'A value or an option is wrong, or the file cannot be read; the node does not start.',
      remedy: 'Do what the line says; petrel config check tells of all at once.',
    },
    odd: {
      state: 'warning',
      means: 'The node starts, and something has no effect or hardly the one that is wanted.',
      remedy:
        'Do what the line says, or leave it when it is meant; docs/configuration.md has all options.',
    },
  },
  look({ settings: found, settingsFindings }, report) {
    for (const { severity, message } of settingsFindings) {
      report.found(severity === 'error' ? 'wrong' : 'odd', message);
    }
    if (found && settingsFindings.length === 0) {
      report.ok(`${found.path} and the environment are in order`);
    }
  },
});
