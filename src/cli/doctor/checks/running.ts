import { defineCheck } from '../check.js';

export const running = defineCheck({
  name: 'running',
  about: 'Whether a node runs on the data directory, answers, and stopped cleanly the last time.',
  problems: {
    silent: {
      state: 'failure',
      means: 'A node has the data directory, and its API does not answer.',
      remedy:
        'Wait when it has just been started; look at its log; stop it (kill {pid}) and start it again.',
    },
    'cannot-see': {
      state: 'failure',
      means: 'It cannot be found out whether a node runs.',
      remedy: 'Ask as the user that the node runs as.',
    },
    'no-api': {
      state: 'warning',
      means: 'A node has the data directory, and its API is switched off: it cannot be asked.',
      remedy: 'Set bitmessagesettings.apienabled to true and start it again.',
    },
    'not-stopped': {
      state: 'warning',
      means:
        'The last node ended without a stop: a crash, a power cut, or the system had no memory left.',
      remedy:
        'Nothing has to be repaired: start it. If it happens again, look at its last log lines and the log of the system.',
    },
  },
  look({ lock, node, silence, settings, dataDir }, report) {
    const pid = lock.pid === '' ? 'unknown' : lock.pid;
    if (node) {
      const upS = Math.max(0, node.info.nowS - node.info.startedS);
      const text = `${node.info.name} ${node.info.version} (pid ${pid}) answers at ${node.url}, up for ${duration(upS)}`;
      report.ok(text);
    } else if (lock.isHeld && settings?.boolean('bitmessagesettings.apienabled') === false) {
      report.found('no-api', `a node (pid ${pid}) runs on ${dataDir} with its API switched off`);
    } else if (lock.isHeld) {
      const why = silence === '' ? 'the settings are wrong' : silence;
      report.found(
        'silent',
        `a node (pid ${pid}) runs on ${dataDir} and does not answer (${why})`,
        { pid },
      );
    } else if (lock.problem !== '') {
      report.found('cannot-see', `cannot look whether a node runs on ${dataDir} (${lock.problem})`);
    } else if (lock.pid !== '') {
      report.found(
        'not-stopped',
        `no node runs on ${dataDir}; the last one (pid ${pid}) was not stopped`,
      );
    } else report.ok(`no node runs on ${dataDir}`);
  },
});

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

function duration(seconds: number): string {
  if (seconds < 2 * MINUTE_S) return `${seconds} s`;
  if (seconds < 2 * HOUR_S) return `${Math.round(seconds / MINUTE_S)} min`;
  return seconds < 2 * DAY_S
    ? `${Math.round(seconds / HOUR_S)} h`
    : `${Math.round(seconds / DAY_S)} days`;
}
