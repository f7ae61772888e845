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
    unknown: {
      state: 'warning',
      means: 'An option that nobody knows has no effect.',
      remedy: 'Correct or remove it; the nearest known one is {nearest}.',
    },
  },
  look({ settings: found, settingsProblem }, report) {
    if (!found) {
      report.found('wrong', settingsProblem);
      return;
    }
    const unknown = found.unknownOptions();
    for (const { name, nearest } of unknown) {
      report.found('unknown', `${name} in ${found.path} is unknown`, { nearest });
    }
    if (unknown.length === 0) report.ok(`${found.path} and the environment are in order`);
  },
});
