import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { defineCheck } from '../check.js';

/** 2026-11-01: before this version was made. */
const EARLIEST_S = 1_793_491_200;
/** Files written so far in the future were written by another clock. */
const AHEAD_S = 600;
const MS_PER_S = 1_000;

const SET_RIGHT = 'Set the clock right and keep it so (timedatectl set-ntp true).';

export const clock = defineCheck({
  name: 'clock',
  about:
    'The clock of the machine: against the other nodes while the node runs, else for what cannot be.',
  problems: {
    wrong: {
      state: 'failure',
      means: 'Most other nodes have another time: own mail is refused or lives too short.',
      remedy: SET_RIGHT,
    },
    'far-past': {
      state: 'failure',
      means: 'It shows a time before this Petrel was made.',
      remedy: SET_RIGHT,
    },
    'set-back': {
      state: 'warning',
      means:
        'Files of the data directory are from the future: the clock was set back, or is wrong now.',
      remedy: SET_RIGHT,
    },
  },
  look({ clock: machine, dataDir, node }, report) {
    const nowS = machine.nowS();
    const text = `it is ${new Date(machine.nowMs()).toISOString().replace(/\.\d+/, '')}`;
    const wrong = node?.conditions.find(({ code }) => code === 'clock-wrong');
    if (wrong) report.found('wrong', `${text}; ${wrong.text}`);
    else if (nowS < EARLIEST_S) report.found('far-past', text);
    else if (newestFileS(dataDir) > nowS + AHEAD_S)
      report.found('set-back', `${text}, and files of ${dataDir} are newer`);
    else if (node && node.network.peers > 0)
      report.ok(`${text}; ${node.network.peers} other nodes do not contradict`);
    else report.ok(`${text}; other nodes can be compared while the node runs`);
  },
});

/** 0 when there is nothing. */
function newestFileS(directory: string): number {
  try {
    const times = readdirSync(directory).map((name) => statSync(join(directory, name)).mtimeMs);
    return Math.max(0, ...times) / MS_PER_S;
  } catch {
    return 0; // The check `data-dir` tells of it.
  }
}
