/**
 * `npm run interop:wire`: the situations of test/support/*-situations.ts with a real PyBitmessage,
 * many at the same time; prints what it says and
 * whether that is what test/vectors/wire-situations.json states (`-- --record` writes it there). Objects
 * of one situation are announced in the others: that is left out. Without
 * PYBITMESSAGE_DIR or python 2.7 it says what it needs and ends with status 0.
 */
import { writeFileSync } from 'node:fs';
import { systemClock } from '../../src/util/clock.js';
import { freePort } from '../support/free-port.js';
import { createTempDir } from '../support/temp-dir.js';
import { projectRoot, readVectors } from '../support/vectors.js';
import { peerWords } from '../support/wire-situation-peer.js';
import { WIRE_SITUATIONS } from '../support/wire-situations.js';
import { missingForPyBitmessage, PyBitmessage } from './pybitmessage.js';

/** Its loop turns every 2 s, and it serves nobody in his first seconds. */
const LISTEN_MS = 10_000;
const PAUSE_MS = 9_000;

/** With more connections it needs too long for a handshake. */
const AT_A_TIME = 24;

async function run(): Promise<number> {
  const dir = createTempDir('petrel-wire');
  const port = await freePort();
  const py = await PyBitmessage.start({ home: dir.path, port, apiPort: await freePort() });
  let differences = 0;
  const stated = readVectors('wire-situations.json') as Record<string, string[]>;
  const measured: Record<string, string[]> = {};
  try {
    for (let start = 0; start < WIRE_SITUATIONS.length; start += AT_A_TIME) {
      const some = WIRE_SITUATIONS.slice(start, start + AT_A_TIME);
      const nowS = systemClock.nowS();
      const options = { port, nowS, limitMs: LISTEN_MS, pauseMs: PAUSE_MS };
      const heard = await Promise.all(
        some.map((situation) =>
          peerWords(situation, options).catch((error: unknown) => [String(error)]),
        ),
      );
      for (const [index, { name }] of some.entries()) {
        const found = (heard[index] ?? []).filter((words) => !words.startsWith('inv '));
        measured[name] = found;
        const isStated = JSON.stringify(found) === JSON.stringify(stated[name]);
        if (!isStated) differences++;
        console.log(`${isStated ? 'ok  ' : 'DIFF'} ${name}: ${JSON.stringify(found)}`);
      }
    }
  } finally {
    await py.stop();
    dir.remove();
  }
  if (process.argv.includes('--record')) {
    writeFileSync(new URL('test/vectors/wire-situations.json', projectRoot), toJson(measured));
  }
  console.log(`${WIRE_SITUATIONS.length} situations, ${differences} not as stated`);
  return differences === 0 ? 0 : 1;
}

function toJson(measured: Record<string, string[]>): string {
  const lines = Object.entries(measured).map(
    ([name, words]) => `  ${JSON.stringify(name)}: ${JSON.stringify(words)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}

const missing = missingForPyBitmessage();
if (missing.length > 0) {
  console.log(['PyBitmessage cannot be asked here:', ...missing].join('\n  '));
} else {
  process.exitCode = await run();
}
