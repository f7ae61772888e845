/**
 * `npm run bench:page [MESSAGES]`: a mailbox of that size (default 100,000) in a real node and a real
 * Chromium. Tells what the first view costs, and the frames while somebody scrolls through all of it.
 */
import { join } from 'node:path';
import { openStore } from '../src/store/open-store.js';
import type { InboxRecord } from '../src/store/repositories.js';
import { utf8 } from '../src/util/bytes.js';
import { systemClock } from '../src/util/clock.js';
import { nullLog } from '../src/util/log.js';
import { randomBytes } from '../src/util/random.js';
import { browserSuite, launchBrowser, openPage } from '../test/browser/support/browser.js';
import { MailboxPage } from '../test/browser/support/mailbox-page.js';
import { PetrelProcess } from '../test/support/petrel-process.js';
import { createTempDir } from '../test/support/temp-dir.js';

const messages = Number(process.argv[2] ?? 100_000);
const CHUNK = 1_000;
/** How far the list moves in each frame while it is fetched to its end, px: some 45 rows. */
const RUSH_PX = 4_000;
/** How far it moves in each frame after that: 13 rows, more than a thrown finger gives it. */
const STEP_PX = 1_200;
/** Ends the scrolling, ms. */
const SCROLL_LIMIT_MS = 150_000;

async function fill(dataDir: string): Promise<void> {
  const started = await PetrelProcess.start({ dataDir });
  const toAddress = await started.createAddress('Reader');
  const fromAddress = await started.createAddress('Writer');
  await started.stop();
  const store = await openStore({ dataDir }, { log: nullLog, clock: systemClock });
  const nowS = Math.floor(Date.now() / 1000);
  for (let begin = 0; begin < messages; begin += CHUNK) {
    const rows = Array.from(
      { length: Math.min(CHUNK, messages - begin) },
      (_, index): InboxRecord => {
        const number = begin + index;
        return {
          msgid: randomBytes(32),
          sigHash: randomBytes(32),
          toAddress,
          fromAddress,
          subject: utf8(`Message number ${number}`),
          body: utf8(`This is the text of message ${number}. `.repeat(10)),
          encoding: 2,
          receivedS: nowS - (messages - number) * 60,
          folder: 'inbox',
          read: number % 10 !== 0,
        };
      },
    );
    await store.mailBulk.addInbox(rows);
  }
  await store.close();
}

interface FirstView {
  readonly rowsMs: number;
  readonly bytes: number;
}

interface Scrolling {
  readonly frames: number;
  readonly rows: number;
  readonly totalMs: number;
  readonly longestMs: number;
  readonly p99Ms: number;
  readonly over50: number;
  readonly over100: number;
}

const FIRST_VIEW = `new Promise((resolve) => {
  const look = () => {
    if (!document.querySelector('ul[aria-label=Inbox] li a')) return requestAnimationFrame(look);
    const bytes = performance.getEntriesByType('resource').reduce((sum, entry) => sum + entry.encodedBodySize, 0);
    resolve({ rowsMs: performance.now(), bytes });
  };
  look();
})`;

/** Frames while nothing moves: what this machine adds by itself. */
const IDLE = `new Promise((resolve) => {
  const times = [];
  let last = performance.now();
  const step = (now) => {
    times.push(now - last);
    last = now;
    if (times.length < 300) return requestAnimationFrame(step);
    resolve(Math.max(...times.slice(1)));
  };
  requestAnimationFrame(step);
})`;

/** From so many places of the list, that many frames each. */
const PLACES = 20;
const FRAMES_EACH = 60;

const scrolling = (stepPx: number, places: number): string => `new Promise((resolve) => {
  const list = document.querySelector('ul[aria-label=Inbox]').parentElement;
  const begin = performance.now();
  const frames = [];
  let last = begin;
  let waited = 0;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    const before = list.scrollTop;
    const jumps = ${places} > 0 && frames.length % ${FRAMES_EACH} === 0;
    if (jumps) list.scrollTop = (list.scrollHeight * frames.length) / ${PLACES * FRAMES_EACH};
    else list.scrollTop += ${stepPx};
    waited = list.scrollTop === before ? waited + 1 : 0;
    const isOver = ${places} > 0 ? frames.length >= ${PLACES * FRAMES_EACH} : waited >= 120;
    if (!isOver && now - begin < ${SCROLL_LIMIT_MS}) return requestAnimationFrame(step);
    const times = frames.slice(1, ${places} > 0 ? undefined : -120).sort((a, b) => a - b);
    resolve({
      frames: times.length,
      rows: Number(list.querySelector('li').getAttribute('aria-setsize')),
      totalMs: now - begin,
      longestMs: times.at(-1),
      p99Ms: times[Math.floor(times.length * 0.99)],
      over50: times.filter((time) => time > 50).length,
      over100: times.filter((time) => time > 100).length,
    });
  };
  requestAnimationFrame(step);
})`;

async function measure(node: PetrelProcess): Promise<void> {
  const browser = await launchBrowser();
  try {
    const box = await MailboxPage.open(browser, node);
    await box.heading('Inbox').waitFor();
    const views: FirstView[] = [];
    for (let round = 0; round < 5; round += 1) {
      // A browser without the page in its cache, logged in.
      const cookies = await box.watched.context.cookies();
      const fresh = await openPage(browser, `http://127.0.0.1:${node.apiPort}`);
      await fresh.context.addCookies(cookies);
      await fresh.page.goto('/', { waitUntil: 'commit' });
      views.push(await fresh.page.evaluate<FirstView>(FIRST_VIEW));
      await fresh.context.close();
    }
    const times = views.map(({ rowsMs }) => Math.round(rowsMs)).sort((a, b) => a - b);
    console.log(`first view, rows seen: ${times.join(', ')} ms; ${views[0]?.bytes} bytes fetched`);
    await box.go('inbox');
    await box.page.locator('ul[aria-label=Inbox] li a').first().waitFor();
    for (const [round, stepPx, places] of [
      ['45 rows a frame, fetched meanwhile', RUSH_PX, 0],
      ['13 rows a frame, at 20 places', STEP_PX, PLACES],
    ] as const) {
      await box.page.evaluate(
        `document.querySelector('ul[aria-label=Inbox]').parentElement.scrollTop = 0`,
      );
      const idleMs = await box.page.evaluate<number>(IDLE);
      const scrolled = await box.page.evaluate<Scrolling>(scrolling(stepPx, places));
      const { frames, rows, totalMs, longestMs, p99Ms, over50, over100 } = scrolled;
      console.log(
        `scrolling, ${round}: ${rows} rows in ${(totalMs / 1000).toFixed(1)} s, ${frames} frames; ` +
          `longest ${longestMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ` +
          `${over50} over 50 ms, ${over100} over 100 ms; ` +
          `longest of 300 frames at rest ${idleMs.toFixed(1)} ms`,
      );
    }
  } finally {
    await browser.close();
  }
}

if (browserSuite.skip) {
  console.log(browserSuite.skip);
} else {
  const temp = createTempDir('petrel-bench-page');
  const dataDir = join(temp.path, 'node');
  try {
    console.log(`filling a mailbox with ${messages} messages`);
    await fill(dataDir);
    const node = await PetrelProcess.start({ dataDir });
    try {
      await measure(node);
    } finally {
      await node.stop();
    }
  } finally {
    temp.remove();
  }
}
